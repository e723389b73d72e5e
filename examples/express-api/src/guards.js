/** Express middleware: who may pass. Answers follow RFC 6750 §3 and RFC 9728 §5.1. */
import { InvalidToken } from './issuer.js';

function refuse(res, status, metadataUrl, error, description, more = {}) {
  const about = metadataUrl && { resource_metadata: metadataUrl };
  const parts = { ...(error && { error, error_description: description }), ...more, ...about };
  const challenge = Object.entries(parts).map(([name, value]) => `${name}="${value}"`);
  res.status(status).set('WWW-Authenticate', `Bearer ${challenge.join(', ')}`.trim());
  res.json({ error: error ?? 'unauthorized', error_description: description });
}

/** Returns the two guards: `authenticate`, and `requires({ scope, role })` for a route behind it. */
export function createGuards({ verify, metadataUrl }) {
  async function authenticate(req, res, next) {
    // The header only: a token in a query ends up in logs (RFC 9700 §4.3.2).
    const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(req.get('Authorization') ?? '') ?? [];
    // RFC 6750 §3.1: a request without credentials gets a challenge, and no error code.
    if (!token) return refuse(res, 401, metadataUrl, undefined, 'Send an access token as a Bearer token.');
    try {
      req.token = await verify(token);
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      // The reason stays in our log: a forger learns nothing from the answer.
      console.warn(JSON.stringify({ event: 'token_refused', reason: error.message }));
      return refuse(res, 401, metadataUrl, 'invalid_token', 'The access token is expired, forged or meant for another API.');
    }
    return next();
  }

  function requires({ scope, role }) {
    return (req, res, next) => {
      const { scope: granted, roles } = req.token;
      // Scope: what the person lets the app do. Role: what the person may do. A route may need both.
      if (scope && !(typeof granted === 'string' && granted.split(' ').includes(scope))) {
        return refuse(res, 403, metadataUrl, 'insufficient_scope', `This needs the scope ${scope}.`, { scope });
      }
      if (role && !(Array.isArray(roles) && roles.includes(role))) {
        return refuse(res, 403, metadataUrl, 'insufficient_scope', `This needs the role ${role}.`);
      }
      return next();
    };
  }

  return { authenticate, requires };
}
