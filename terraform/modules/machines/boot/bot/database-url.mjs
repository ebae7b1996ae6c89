// What RDS keeps of its database (JSON on the standard input) as the URL that the bot is configured with.
import { readFileSync } from 'node:fs';

const { username, password } = JSON.parse(readFileSync(0, 'utf8'));
const url = new URL(`postgres://${process.env.DATABASE_ADDRESS}:5432/smartcloudops`);
url.username = encodeURIComponent(username);
url.password = encodeURIComponent(password);
url.searchParams.set('sslmode', 'verify-full');
url.searchParams.set('sslrootcert', '/etc/smartcloudops/rds-ca.pem');
process.stdout.write(url.href);
