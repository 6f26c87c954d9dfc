// A small service of its own, run as a process by telemetry.test.ts: what is patched as it is loaded can't be tried
// inside jest, whose modules don't go through Node's own `require`.
// Of what app-image/ compiles to, since a loader for TypeScript takes longer than the rest.
const { createServer } = require('node:http');
const { loadEnvironment } = require('../dist/config/load');
const { createLogger } = require('../dist/log');
const { startTelemetry } = require('../dist/telemetry');

const { environment } = loadEnvironment(process.env);
const log = createLogger(environment);
const telemetry = startTelemetry(environment, log);

const express = require('express');
const { Pool } = require('pg');
const { Redis } = require('ioredis');

const { DB_HOST: host, DB_PORT: port, DB_NAME: database, DB_USERNAME: user, DB_PASSWORD: password } = environment;
const pool = new Pool({ host, port, database, user, password, max: 2 });
const redis = new Redis({
  host: environment.REDIS_HOST,
  port: environment.REDIS_PORT,
  db: environment.REDIS_DB,
});

const app = express();
app.use(express.json());
app.get('/api/health', (_, response) => response.json({ success: true }));
app.get('/api/ready', async (_, response) => {
  await Promise.all([pool.query('SELECT 1'), redis.ping()]);
  response.json({ success: true });
});
app.get('/api/things/:id', async ({ params: { id } }, response) => {
  await pool.query({
    name: 'thing',
    text: "SELECT\n $1::text AS id, 'a literal value' AS note, 4711 AS n",
    values: [id],
  });
  await redis.set(`thing:${id}`, 'a stored value');
  response.json({ id });
});
app.get('/api/together/:id', async ({ params: { id } }, response) => {
  await redis.get(`together:${id}`);
  response.json({ id });
});
app.get('/api/broken', () => {
  throw new Error(`refused: ${environment.JWT_SECRET}`);
});
// Express would answer with the stack.
app.use((_error, _request, response, _next) => {
  response.status(500).json({ success: false });
});

const server = createServer(app).listen(0, '127.0.0.1', () => {
  const modules = Object.keys(require.cache).filter((path) => path.includes('@opentelemetry'));
  const address = server.address();
  log.info({ port: typeof address === 'object' && address?.port, modules: modules.length }, 'listening');
});

process.once('SIGTERM', async () => {
  const started = performance.now();
  await telemetry?.shutdown();
  log.info({ ms: performance.now() - started }, 'telemetry is shut down');
  process.exit(0);
});
