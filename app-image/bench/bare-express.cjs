/**
 * What the service is measured against: the least that Express and pg do for the same two answers.
 * Reads the same environment variables, says `listening` when it does.
 */
const express = require('express');
const { Pool } = require('pg');

const { PORT, DB_HOST, DB_PORT, DB_NAME, DB_USERNAME, DB_PASSWORD, DB_CONNECTION_LIMIT } = process.env;
const pool = new Pool({
  host: DB_HOST,
  port: Number(DB_PORT),
  database: DB_NAME,
  user: DB_USERNAME,
  password: DB_PASSWORD,
  max: Number(DB_CONNECTION_LIMIT),
});
const app = express();

app.get('/api/health', (_request, response) => {
  const uptimeSeconds = Math.floor(process.uptime());
  response.json({ success: true, environment: 'development', role: 'web', revision: null, uptimeSeconds });
});

app.get('/api/system-config/:key', async (request, response) => {
  const { key } = request.params;
  const statement = 'SELECT value FROM system_configs WHERE key = $1 AND "isActive" AND NOT "isEncrypted"';
  const { rows } = await pool.query(statement, [key]);
  if (rows.length === 0) return response.status(404).json({ success: false });
  response.json({ success: true, data: { key, value: rows[0].value } });
});

app.listen(Number(PORT), '127.0.0.1', () => console.log(JSON.stringify({ msg: 'listening' })));
