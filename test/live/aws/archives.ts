import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, runNow } from '../commands.ts';

export const versions = {
  prometheus: '3.5.0',
  alertmanager: '0.28.1',
  node_exporter: '1.9.1',
  grafana: '12.1.0',
} as const;
export type Program = keyof typeof versions;

/**
 * Grafana can't be had from Debian. In its place stands a program that is called as Grafana is, reads the same configuration
 * the same way, and tells what it found: the rest of the way to it is the real one.
 */
const insteadOfGrafana = `#!/usr/bin/python3
import configparser, hashlib, http.server, json, os, re, sys
options = dict(word.lstrip('-').split('=', 1) for word in sys.argv[2:])
config = configparser.RawConfigParser()
config.read(options['config'])
password = open(re.fullmatch(r'\\$__file\\{(.+)\\}', config['security']['admin_password'])[1]).read()
open(os.path.join(config['paths']['data'], 'grafana.db'), 'a').close()
found = {
    'command': sys.argv[1],
    'password': hashlib.sha256(password.encode()).hexdigest(),
    'rootUrl': os.environ['GF_SERVER_ROOT_URL'],
    'provisioned': sorted(os.path.join(at, name) for at, _, names in os.walk(config['paths']['provisioning']) for name in names),
}
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())
http.server.ThreadingHTTPServer(('', 3000), Answer).serve_forever()
`;

/** Debian's Prometheus, Alertmanager and node_exporter, packed as their makers pack theirs, by the name of each archive. */
export function packPrograms(): Readonly<Record<Program, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  const pack = (program: Program, path: string, fill: (file: string) => void): string => {
    const name = `${program}-${versions[program]}.linux-amd64`;
    const file = join(folder, name, path);
    mkdirSync(join(file, '..'), { recursive: true });
    fill(file);
    chmodSync(file, 0o755);
    runNow('tar', [
      '--create',
      '--use-compress-program=gzip --fast',
      '--directory',
      folder,
      '--file',
      `${join(folder, name)}.tar.gz`,
      name,
    ]);
    return `${join(folder, name)}.tar.gz`;
  };
  return {
    prometheus: pack('prometheus', 'prometheus', (file) => copyFileSync('/usr/bin/prometheus', file)),
    alertmanager: pack('alertmanager', 'alertmanager', (file) =>
      copyFileSync('/usr/bin/prometheus-alertmanager', file),
    ),
    node_exporter: pack('node_exporter', 'node_exporter', (file) =>
      copyFileSync('/usr/bin/prometheus-node-exporter', file),
    ),
    grafana: pack('grafana', 'bin/grafana', (file) => writeFileSync(file, insteadOfGrafana)),
  };
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** A checksum that stands for the one of a maker's archive. */
export function sumOf(program: Program, architecture: string): string {
  return createHash('sha256').update(`${program} ${architecture}`).digest('hex');
}

/** Texts in which the makers publish checksums, by their addresses. */
export function publishedSums(): readonly (readonly [string, string])[] {
  const architectures = ['amd64', 'arm64'];
  const together = (['prometheus', 'alertmanager', 'node_exporter'] as const).map((name) => {
    const lines = architectures.map((one) => `${sumOf(name, one)}  ${name}-${versions[name]}.linux-${one}.tar.gz\n`);
    const url = `https://github.com/prometheus/${name}/releases/download/v${versions[name]}/sha256sums.txt`;
    return [url, lines.join('')] as const;
  });
  const alone = architectures.map((one) => {
    const url = `https://dl.grafana.com/oss/release/grafana-${versions.grafana}.linux-${one}.tar.gz.sha256`;
    return [url, sumOf('grafana', one)] as const;
  });
  return [...together, ...alone];
}

/** The release as its script makes it of the commit that is checked out. */
export async function makeRelease(): Promise<{ readonly version: string; readonly file: string }> {
  const said = await run('bash', ['terraform/release.sh', 'x86_64'], { withinMs: 600_000 });
  const version = /version = "(.+)"/.exec(said)?.[1] ?? '';
  return { version, file: `dist/smartcloudops-${version}-x86_64.tar.gz` };
}
