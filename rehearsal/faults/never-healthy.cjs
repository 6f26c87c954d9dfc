// Preloaded into a release, breaks it: the load balancer's health check fails, and the container's own.
const answer = require('./answers.cjs');

answer((path) => (path === '/api/health' ? 500 : undefined));
