/**
 * The outside world of a machine that runs in a network namespace of its own: a program, started inside that namespace, that
 * answers for AWS and for the makers of the programs under their real names. It is told whose machine it is for, and a folder:
 *
 *   certificate.pem, key.pem   for every name below, signed by who the machine trusts
 *   parameters.json            Parameter Store: a value by its name
 *   secrets.json               Secrets Manager: a text by its ARN
 *   objects/BUCKET/KEY         S3, in the look-alike that the other tests use
 *   rights.json                what each machine may do there: "s3:GetObject BUCKET/KEY", a "*" at the end for the rest;
 *                              and "sns:Publish ARN"
 *   published.json             SNS: is written, what was published to a topic
 *   archives/HOST/PATH         whatever else is fetched by HTTPS
 *   requests.log               is written: a line for each request
 */
import {
  appendFileSync,
  createReadStream,
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join, relative } from 'node:path';
import { json, text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import { startS3 } from '../../emulators/s3.ts';

const [folder = '', side = ''] = process.argv.slice(2);
const metadataAddress = '169.254.169.254';
const partBytes = 8 * 1_048_576;
const strings = z.record(z.string(), z.string());
const read = (file: string): Readonly<Record<string, string>> =>
  strings.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));

const rights = z
  .record(z.string(), z.array(z.string()))
  .parse(JSON.parse(readFileSync(join(folder, 'rights.json'), 'utf8')));
const s3Url = new URL((await startS3()).url);
await fillS3();

/** In parts, as the AWS command line does it too: the look-alike takes no object of this size at once. */
async function fillS3(): Promise<void> {
  const client = new S3Client({
    region: 'eu-central-1',
    endpoint: s3Url.href,
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'x' },
  });
  for (const Bucket of readdirSync(join(folder, 'objects'))) {
    await client.send(new CreateBucketCommand({ Bucket }));
    const root = join(folder, 'objects', Bucket);
    for (const file of globSync('**/*', { cwd: root, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      const object = { Bucket, Key: relative(root, path) };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
      const bytes = readFileSync(path);
      const Parts: { readonly PartNumber: number; readonly ETag: string }[] = [];
      for (let at = 0; at < bytes.length; at += partBytes) {
        const part = { ...object, UploadId, PartNumber: Parts.length + 1, Body: bytes.subarray(at, at + partBytes) };
        const { ETag = '' } = await client.send(new UploadPartCommand(part));
        Parts.push({ PartNumber: part.PartNumber, ETag });
      }
      await client.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }));
    }
  }
}

/** IMDSv2: a token first, and nothing without it. */
function metadata(asked: IncomingMessage, answer: ServerResponse): void {
  const path = asked.url ?? '';
  const seconds = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' };
  if (asked.method === 'PUT' && path === '/latest/api/token') answer.writeHead(200, seconds).end('a token');
  else if (asked.headers['x-aws-ec2-metadata-token'] !== 'a token') answer.writeHead(401).end();
  else if (/security-credentials\/?$/.test(path)) answer.end('smartcloudops-prod');
  else if (path.endsWith('/security-credentials/smartcloudops-prod')) answer.end(JSON.stringify(roleKeys()));
  else answer.writeHead(404).end();
  note(metadataAddress, asked, '');
}

function roleKeys(): Readonly<Record<string, string>> {
  return {
    Code: 'Success',
    Type: 'AWS-HMAC',
    LastUpdated: new Date().toISOString(),
    Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
    AccessKeyId: 'ASIATEST',
    SecretAccessKey: 'of the role',
    Token: 'of the role',
  };
}

const byPath = z.object({ Path: z.string(), WithDecryption: z.literal(true), NextToken: z.string().optional() });
const put = z.object({ Name: z.string(), Value: z.string(), Type: z.literal('SecureString'), KeyId: z.string() });

/** Two parameters a page, so that who reads only the first page misses some. */
function parametersByPath(input: unknown): unknown {
  const { Path, NextToken } = byPath.parse(input);
  const all = Object.entries(read('parameters.json')).filter(([name]) => name.startsWith(`${Path}/`));
  const from = Number(NextToken ?? 0);
  const page = all.slice(from, from + 2).map(([Name, Value]) => ({ Name, Value, Type: 'SecureString' }));
  return { Parameters: page, ...(from + 2 < all.length ? { NextToken: String(from + 2) } : {}) };
}

function amazon(target: string, input: unknown): unknown {
  if (target === 'AmazonSSM.GetParametersByPath') return parametersByPath(input);
  if (target === 'secretsmanager.GetSecretValue')
    return { SecretString: read('secrets.json')[z.object({ SecretId: z.string() }).parse(input).SecretId] };
  const { Name, Value } = put.parse(input);
  writeFileSync(join(folder, 'parameters.json'), JSON.stringify({ ...read('parameters.json'), [Name]: Value }));
  return { Version: 1 };
}

function note(host: string, asked: IncomingMessage, more: string): void {
  appendFileSync(join(folder, 'requests.log'), `${asked.method} ${host}${asked.url} ${more}\n`);
}

async function outside(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const host = asked.headers.host ?? '';
  const target = String(asked.headers['x-amz-target'] ?? '');
  note(host, asked, target);
  if (host.startsWith('sns.')) return toTopic(asked, answer);
  const bucket = /^(.+)\.s3[.-]/.exec(host)?.[1];
  if (bucket !== undefined) return toS3(bucket, asked, answer);
  if (target !== '') {
    const input = await json(asked);
    answer.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(amazon(target, input)));
    return;
  }
  const file = join(folder, 'archives', host, asked.url ?? '');
  if (!existsSync(file)) answer.writeHead(404).end();
  else createReadStream(file).pipe(answer);
}

/** What AWS refuses a subject for: it must be ASCII, begin with a letter, a number or a sign, and stay below 100 characters. */
const subjects = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/** Takes what is published, in the form in which every SDK of AWS says it, when it is signed and allowed. */
async function toTopic(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const form = new URLSearchParams(await text(asked));
  const [topic = '', subject = '', message = ''] = ['TopicArn', 'Subject', 'Message'].map(
    (name) => form.get(name) ?? '',
  );
  const isSigned = asked.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=ASIATEST/') === true;
  const wrong =
    form.get('Action') !== 'Publish' || !subjects.test(subject) || message === ''
      ? 'InvalidParameter'
      : !isSigned || !isAllowed(`sns:Publish ${topic}`)
        ? 'AuthorizationError'
        : null;
  answer.setHeader('content-type', 'text/xml');
  if (wrong !== null) {
    note('sns', asked, `refused: ${wrong} ${subject}`);
    answer.writeHead(wrong === 'InvalidParameter' ? 400 : 403);
    answer.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${wrong}</Code><Message>no</Message></Error></ErrorResponse>`,
    );
    return;
  }
  const file = join(folder, 'published.json');
  const before = z.array(z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, JSON.stringify([...before, { topic, subject, message }]));
  answer.end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>');
}

/** What has to be allowed for a request to S3. */
function needed(bucket: string, { method = '', url = '', headers }: IncomingMessage): readonly string[] {
  const { pathname, searchParams } = new URL(url, s3Url);
  if (method === 'GET' && searchParams.has('list-type')) return [`s3:ListBucket ${bucket}`];
  const object = `${bucket}${decodeURIComponent(pathname)}`;
  if (method === 'GET' || method === 'HEAD') return [`s3:GetObject ${object}`];
  if (method === 'DELETE') return [`s3:DeleteObject ${object}`];
  return [`s3:PutObject ${object}`, ...(headers['if-match'] === undefined ? [] : [`s3:GetObject ${object}`])];
}

function isAllowed(wanted: string): boolean {
  const mine = rights[side] ?? [];
  return mine.some((right) => (right.endsWith('*') ? wanted.startsWith(right.slice(0, -1)) : wanted === right));
}

function toS3(bucket: string, asked: IncomingMessage, answer: ServerResponse): void {
  const refused = needed(bucket, asked).find((wanted) => !isAllowed(wanted));
  if (refused !== undefined) {
    note(bucket, asked, `refused: ${refused}`);
    asked.resume();
    answer.writeHead(403, { 'content-type': 'application/xml' });
    answer.end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
    return;
  }
  const headers = { ...asked.headers, host: s3Url.host };
  const on = request(new URL(`/${bucket}${asked.url}`, s3Url), { method: asked.method ?? 'GET', headers }, (given) => {
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  });
  on.on('error', () => answer.destroy());
  asked.pipe(on);
}

const tls = { cert: readFileSync(join(folder, 'certificate.pem')), key: readFileSync(join(folder, 'key.pem')) };
createServer(metadata).listen(80, metadataAddress);
createTlsServer(tls, (asked, answer) => {
  outside(asked, answer).catch((error: unknown) => {
    note('failed', asked, String(error));
    answer.writeHead(400).end();
  });
}).listen(443, '127.0.0.1', () => console.log('ready'));
