/**
 * What the vendor API is measured against: the least that Express and pg do to store the same lead. No key is looked
 * at, nothing is validated, repeated or queued. Reads the same environment variables, says `listening` when it does.
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

const insert = `
  INSERT INTO raw_leads (name, email, phone, "courseInterest", source, campaign, utm, custom)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`;

app.post('/api/v1/vendor/leads', express.json(), async (request, response) => {
  const { name, email, phone, courseInterest, source = 'bare', campaign, utm, custom } = request.body;
  const { rows } = await pool.query(insert, [name, email, phone, courseInterest, source, campaign, utm, custom]);
  response.json({ success: true, data: { leadId: rows[0].id, duplicate: false } });
});

app.listen(Number(PORT), '127.0.0.1', () => console.log(JSON.stringify({ msg: 'listening' })));
