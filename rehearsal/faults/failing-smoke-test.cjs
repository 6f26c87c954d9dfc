// Preloaded into a release, breaks it: healthy for the load balancer, but not ready to serve, as only the smoke test asks.
const answer = require('./answers.cjs');

answer((path) => (path === '/api/ready' ? 503 : undefined));
