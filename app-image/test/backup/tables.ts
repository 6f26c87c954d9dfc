/** Rows for the tables of the service, and tables of every kind that counts rows in a way of its own. */
export const everyKindOfTable = `
  INSERT INTO users (email, role) SELECT 'user-' || n || '@example.org', 'USER' FROM generate_series(1, 3000) n;
  INSERT INTO login_events (email, kind, succeeded) SELECT email, 'password', true FROM users;
  CREATE SCHEMA "Reports of 2026";
  CREATE TABLE "Reports of 2026"."Sum; total" (day date PRIMARY KEY, amount numeric NOT NULL);
  INSERT INTO "Reports of 2026"."Sum; total" SELECT date '2026-01-01' + n, n FROM generate_series(0, 99) n;
  CREATE TABLE visits (at date NOT NULL, page text) PARTITION BY RANGE (at);
  CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  INSERT INTO visits SELECT date '2026-01-01' + n % 300, 'page' FROM generate_series(1, 500) n;
  CREATE MATERIALIZED VIEW visits_by_day AS SELECT at, count(*) FROM visits GROUP BY at;
  CREATE TABLE empty_one (id int);
`;
