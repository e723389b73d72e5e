/** An issuer in this process: real keys, real signatures, discovery and JWKS over HTTP. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Starts one; `sign(claims, header, key)` makes a token that is right in all that the test does not change. */
export async function startIssuer(audience) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const down = new Set(); // the paths that do not answer for now
  const server = createServer((req, res) => {
    const documents = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` },
      '/jwks': { keys: [jwk] },
    };
    res.setHeader('Content-Type', 'application/json');
    res.statusCode = documents[req.url] && !down.has(req.url) ? 200 : 503;
    res.end(JSON.stringify(documents[req.url] ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;

  function claimsWith(changes) {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: issuer, aud: audience, sub: 'user-1', client_id: 'demo-app', jti: randomUUID(), iat: now, exp: now + 300,
      scope: 'orders:read orders:write', roles: ['orders-editor'], ...changes,
    };
  }

  function sign(claims = {}, header = {}, key = privateKey) {
    return new SignJWT(claimsWith(claims)).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header }).sign(key);
  }

  function unsigned() {
    const parts = [{ alg: 'none', typ: 'at+jwt' }, claimsWith({})].map((part) => JSON.stringify(part));
    return `${parts.map((part) => Buffer.from(part).toString('base64url')).join('.')}.`;
  }

  return { issuer, sign, unsigned, down, close: () => server.close() };
}
