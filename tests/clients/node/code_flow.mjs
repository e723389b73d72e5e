/**
 * One whole sign-in by openid-client (certified, not ours, another language).
 *
 * Settings: ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI; optional SCOPE, RESOURCE, POST_LOGOUT_REDIRECT_URI,
 * AUTH_METHOD (basic, post, none). Prints the authorization URL as the first line, reads the callback's URL as one line
 * from stdin, then prints one line of JSON. A failure prints {"failed": step, "error": …} and exits with 1.
 */
import { createInterface } from 'node:readline/promises';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, RESOURCE, POST_LOGOUT_REDIRECT_URI } = process.env;
const SCOPE = process.env.SCOPE ?? 'openid profile email offline_access';
const METHODS = { basic: oidc.ClientSecretBasic, post: oidc.ClientSecretPost, none: oidc.None };
const print = (value) => process.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);

let step = 'settings';

async function main() {
  for (const name of ['ISSUER', 'CLIENT_ID', 'REDIRECT_URI']) {
    if (!process.env[name]) throw new Error(`${name} is not set`);
  }
  const method = process.env.AUTH_METHOD ?? (CLIENT_SECRET ? 'basic' : 'none');

  step = 'discovery';
  const execute = ISSUER.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
  const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, METHODS[method](CLIENT_SECRET), { execute });
  // By default an ID token fresh from the token endpoint is trusted because TLS brought it; this checks its signature.
  oidc.enableNonRepudiationChecks(config);

  step = 'authorization';
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce(), idTokenExpected: true };
  print(
    oidc.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      // OpenID Connect Core §11: offline access is asked together with consent.
      ...(SCOPE.split(' ').includes('offline_access') && { prompt: 'consent' }),
      ...(RESOURCE && { resource: RESOURCE }),
    }).href,
  );
  const lines = createInterface({ input: process.stdin });
  const callback = await new Promise((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('no callback URL on stdin')));
  });
  lines.close();

  step = 'code';
  const tokens = await oidc.authorizationCodeGrant(config, new URL(callback), checks);
  const { sub, ...claims } = tokens.claims();

  step = 'userinfo';
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, sub);

  step = 'refresh';
  const refreshed = tokens.refresh_token ? await oidc.refreshTokenGrant(config, tokens.refresh_token) : undefined;
  const newest = refreshed?.refresh_token ?? tokens.refresh_token;

  step = 'resource';
  const api = RESOURCE && newest ? await oidc.refreshTokenGrant(config, newest, { resource: RESOURCE }) : undefined;

  const last = api?.refresh_token ?? newest ?? tokens.access_token;
  // RFC 7662 §2.1: the endpoint wants an authenticated caller, which a public client cannot be.
  const introspect = async () => (method === 'none' ? undefined : oidc.tokenIntrospection(config, last));
  step = 'introspection';
  const before = await introspect();
  step = 'revocation';
  await oidc.tokenRevocation(config, last);
  step = 'introspection after revocation';
  const after = await introspect();

  step = 'end session';
  const endSession = oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    ...(POST_LOGOUT_REDIRECT_URI && { post_logout_redirect_uri: POST_LOGOUT_REDIRECT_URI }),
  });

  print({
    sub,
    id_token_claims: claims,
    token_response: tokens,
    userinfo,
    refreshed,
    api_token_response: api,
    introspection: before,
    introspection_after_revocation: after,
    end_session_url: endSession.href,
  });
}

try {
  await main();
} catch (error) {
  const { name, message, code, status } = error;
  const { error: oauthError, error_description: description } = error;
  print({ failed: step, error: oauthError ?? code ?? name, description: description ?? message, status, cause: String(error.cause?.message ?? '') });
  process.exitCode = 1;
}
