/** Verifies access tokens (RFC 9068) with the keys that the issuer publishes. */
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

// What Signet signs access tokens with. A list of our own: the token must not choose (RFC 8725 §3.1).
const ALGORITHMS = ['ES256'];
const REQUIRED = ['exp', 'iat', 'sub', 'client_id', 'jti']; // RFC 9068 §2.2; iss and aud are compared anyway

/** The token itself is at fault: the caller needs a new one. */
export class InvalidToken extends Error {}

/** The issuer does not answer: the caller's token may be fine, so this must not become a 401. */
export class IssuerUnavailable extends Error {}

async function discover(issuer) {
  const url = `${issuer}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const metadata = await response.json();
  // OpenID Connect Discovery §4.3: a document that speaks for somebody else is not ours to trust.
  if (metadata.issuer !== issuer) throw new Error(`${url} names another issuer`);
  return createRemoteJWKSet(new URL(metadata.jwks_uri));
}

// jose throws a bare JOSEError, a timeout or JWKSInvalid when the key set cannot be had, and fetch a TypeError.
function isTokensFault(error) {
  const noKeys = [errors.JWKSTimeout, errors.JWKSInvalid].some((type) => error instanceof type);
  return error instanceof errors.JOSEError && error.constructor !== errors.JOSEError && !noKeys;
}

/** Returns `verify(token) → claims`. Discovery happens at the first token, so the API may start before Signet. */
export function createVerifier({ issuer, audience }) {
  let keys; // a promise; jose refetches the set when a new key id appears

  async function keySet() {
    keys ??= discover(issuer);
    try {
      return await keys;
    } catch (error) {
      keys = undefined; // try again with the next request
      throw new IssuerUnavailable(error.message, { cause: error });
    }
  }

  return async function verify(token) {
    const jwks = await keySet();
    try {
      const { payload } = await jwtVerify(token, jwks, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        typ: 'at+jwt', // an ID token is signed by the same issuer, and is no key to this door
        requiredClaims: REQUIRED,
        clockTolerance: 5,
      });
      return payload;
    } catch (error) {
      if (!isTokensFault(error)) throw new IssuerUnavailable(error.message, { cause: error });
      throw new InvalidToken(error.code, { cause: error });
    }
  };
}
