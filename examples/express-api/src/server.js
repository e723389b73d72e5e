/** Starts the API with the settings of the environment. */
import { createApp } from './app.js';
import { readConfig } from './config.js';

let config;
try {
  config = readConfig(process.env);
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
const { ISSUER: issuer, AUDIENCE: audience, HOST, PORT, TRUSTED_PROXIES: trustedProxies } = config;

const server = createApp({ issuer, audience, trustedProxies }).listen(PORT, HOST, (error) => {
  if (error) throw error;
  console.log(`Orders API on http://${HOST}:${PORT}, for tokens of ${issuer} with audience ${audience}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
