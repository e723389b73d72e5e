/** The API: its routes, and who may use each. Read `routes` first. */
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { z } from 'zod';
import { createGuards } from './guards.js';
import { createVerifier, IssuerUnavailable } from './issuer.js';
import { createOrders, NewOrder } from './orders.js';

function routes(app, { authenticate, requires }, orders) {
  const json = express.json({ limit: '10kb' }); // after the guards: strangers' bodies are not even read

  app.get('/me', authenticate, (req, res) => {
    const { sub, client_id, scope = '', roles = [] } = req.token;
    res.json({ sub, client_id, scope, roles });
  });

  app.get('/orders', authenticate, requires({ scope: 'orders:read' }), (req, res) => {
    res.json({ orders: orders.all() });
  });

  app.get('/orders/:id', authenticate, requires({ scope: 'orders:read' }), (req, res, next) => {
    const order = orders.find(req.params.id);
    return order ? res.json(order) : next();
  });

  app.post('/orders', authenticate, requires({ scope: 'orders:write', role: 'orders-editor' }), json, (req, res) => {
    if (!req.is('json')) return res.status(415).json({ error: 'unsupported_media_type' });
    const { success, data, error } = NewOrder.safeParse(req.body);
    if (!success) return res.status(400).json({ error: 'invalid_body', faults: z.flattenError(error) });
    const order = orders.add(data, req.token.sub);
    return res.status(201).location(`/orders/${order.id}`).json(order);
  });

  for (const [path, allow] of [['/me', 'GET, HEAD'], ['/orders', 'GET, HEAD, POST'], ['/orders/:id', 'GET, HEAD']]) {
    app.all(path, (req, res, next) => {
      if (allow.includes(req.method)) return next(); // nothing found there: 404, not 405
      return res.status(405).set('Allow', allow).json({ error: 'method_not_allowed' });
    });
  }
}

function failed(error, req, res, next) {
  if (res.headersSent) return next(error);
  if (error instanceof IssuerUnavailable) {
    console.error(JSON.stringify({ event: 'issuer_unavailable', reason: error.message }));
    return res.status(503).set('Retry-After', '5').json({ error: 'temporarily_unavailable' });
  }
  // Faults of the request (broken JSON 400, too long 413 …) carry a status; all else is ours, and stays here.
  const status = error.status >= 400 && error.status < 500 ? error.status : 500;
  if (status === 500) console.error(error);
  return res.status(status).json({ error: status === 500 ? 'server_error' : 'invalid_request' });
}

/** Where the metadata of an API lies (RFC 9728 §3.1), which only one that is called by its address has. */
function metadataAddress(audience) {
  const { protocol, origin, pathname } = new URL(audience);
  if (!/^https?:$/.test(protocol)) return {};
  const path = `/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
  return { path, url: origin + path };
}

/** Builds the app for one issuer and one audience (the identifier Signet knows this API by, RFC 8707). */
export function createApp({ issuer, audience, trustedProxies = 0, limit = 300 }) {
  const metadata = metadataAddress(audience);
  const guards = createGuards({ verify: createVerifier({ issuer, audience }), metadataUrl: metadata.url });

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', trustedProxies);
  // Nothing here is a page, so nothing may load, run or frame it.
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }));
  app.get('/healthz', (req, res) => res.json({ status: 'ok' }));
  const message = { error: 'too_many_requests' };
  app.use(rateLimit({ windowMs: 60_000, limit, standardHeaders: 'draft-8', legacyHeaders: false, message }));
  app.use((req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  if (metadata.path) {
    app.get(metadata.path, (req, res) => {
      res.json({
        resource: audience,
        authorization_servers: [issuer],
        scopes_supported: ['orders:read', 'orders:write'],
        bearer_methods_supported: ['header'],
        resource_name: 'Orders (Signet example)',
      });
    });
  }
  routes(app, guards, createOrders());
  app.use((req, res) => res.status(404).json({ error: 'not_found' }));
  app.use(failed);
  return app;
}
