import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { generateKeyPair } from 'jose';
import { createApp } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { startIssuer } from './fake-issuer.js';

const AUDIENCE = 'https://api.demo.example';
const METADATA = `resource_metadata="${AUDIENCE}/.well-known/oauth-protected-resource"`;
const PAST = Math.floor(Date.now() / 1000) - 60;
const order = { item: 'Blotting paper', quantity: 3 };
let fake;
let server;
let base;

async function serve(options) {
  const started = createApp(options).listen(0, '127.0.0.1');
  await once(started, 'listening');
  return [started, `http://127.0.0.1:${started.address().port}`];
}

function call(path, { token, method = 'GET', body, headers = {} } = {}) {
  return fetch(base + path, {
    method,
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { 'Content-Type': 'application/json' }), ...headers },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
  });
}

before(async () => {
  fake = await startIssuer(AUDIENCE);
  [server, base] = await serve({ issuer: fake.issuer, audience: AUDIENCE });
});

after(() => {
  fake.close();
  server.close();
});

test('a good token reads the orders', async () => {
  const response = await call('/orders', { token: await fake.sign({ scope: 'orders:read' }) });
  assert.equal(response.status, 200);
  assert.equal((await response.json()).orders.length, 2);
  assert.equal(response.headers.get('cache-control'), 'no-store');
});

test('/me tells what the token says of its bearer', async () => {
  const response = await call('/me', { token: await fake.sign({ scope: 'openid', roles: ['reader'] }) });
  assert.deepEqual(await response.json(), { sub: 'user-1', client_id: 'demo-app', scope: 'openid', roles: ['reader'] });
});

test('an editor places an order and reads it back', async () => {
  const token = await fake.sign();
  const response = await call('/orders', { token, method: 'POST', body: order });
  assert.equal(response.status, 201);
  assert.equal((await response.json()).ordered_by, 'user-1');
  const again = await call(response.headers.get('location'), { token });
  assert.equal((await again.json()).item, order.item);
});

test('no token: a challenge without an error code', async () => {
  for (const headers of [{}, { Authorization: 'Basic dTpw' }, { Authorization: 'Bearer' }]) {
    const response = await call('/orders', { headers });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get('www-authenticate'), `Bearer ${METADATA}`);
  }
});

test('a token in the query is no token', async () => {
  const response = await call(`/orders?access_token=${await fake.sign()}`);
  assert.equal(response.status, 401);
});

const stranger = await generateKeyPair('ES256');
const secret = new TextEncoder().encode('a shared secret of thirty-two bytes!');
const refused = {
  'another audience': () => fake.sign({ aud: 'https://other.example' }),
  'another issuer': () => fake.sign({ iss: 'https://evil.example' }),
  'an ID token (typ JWT)': () => fake.sign({}, { typ: 'JWT' }),
  'no typ': () => fake.sign({}, { typ: undefined }),
  'an expired token': () => fake.sign({ exp: PAST }),
  'a token without exp': () => fake.sign({ exp: undefined }),
  'a token not yet valid': () => fake.sign({ nbf: PAST + 600 }),
  'a token without sub': () => fake.sign({ sub: undefined }),
  'a stranger’s signature': () => fake.sign({}, {}, stranger.privateKey),
  'an unknown key id': () => fake.sign({}, { kid: 'k2' }),
  'a shared-secret signature': () => fake.sign({}, { alg: 'HS256' }, secret),
  'alg none': () => fake.unsigned(),
  'not a JWT': () => 'abc.def',
};
for (const [what, make] of Object.entries(refused)) {
  test(`refused: ${what}`, async () => {
    const response = await call('/orders', { token: await make() });
    assert.equal(response.status, 401);
    assert.match(response.headers.get('www-authenticate'), /^Bearer error="invalid_token", error_description="[^"]+", resource_metadata=/);
    assert.equal((await response.json()).error, 'invalid_token');
  });
}

test('a missing scope is named', async () => {
  const response = await call('/orders', { token: await fake.sign({ scope: 'openid orders:readonly' }) });
  assert.equal(response.status, 403);
  assert.match(response.headers.get('www-authenticate'), /error="insufficient_scope".*scope="orders:read"/);
});

test('a scope without the role is not enough', async () => {
  for (const roles of [['reader'], 'orders-editor', undefined]) {
    const response = await call('/orders', { token: await fake.sign({ roles }), method: 'POST', body: order });
    assert.equal(response.status, 403);
    assert.match(response.headers.get('www-authenticate'), /error="insufficient_scope"/);
  }
});

test('bad bodies are refused with what is wrong', async () => {
  const token = await fake.sign();
  const bad = [{}, { ...order, quantity: 0 }, { ...order, quantity: '3' }, { ...order, item: ' ' }, { ...order, price: 1 }, [order]];
  for (const body of bad) {
    const response = await call('/orders', { token, method: 'POST', body });
    assert.equal(response.status, 400, JSON.stringify(body));
    assert.equal((await response.json()).error, 'invalid_body');
  }
  const broken = await call('/orders', { token, method: 'POST', body: '{"item":' });
  assert.equal(broken.status, 400);
  assert.doesNotMatch(await broken.text(), /at |SyntaxError/);
  const form = await call('/orders', { token, method: 'POST', body: 'item=x', headers: { 'Content-Type': 'text/plain' } });
  assert.equal(form.status, 415);
});

test('an oversized body is refused', async () => {
  const body = { ...order, item: 'x'.repeat(20_000) };
  const response = await call('/orders', { token: await fake.sign(), method: 'POST', body });
  assert.equal(response.status, 413);
});

test('unknown routes are 404, wrong methods 405 with Allow', async () => {
  const token = await fake.sign();
  assert.equal((await call('/orders/%E0%A4', { token })).status, 400);
  for (const path of ['/nothing', '/orders/none']) {
    const response = await call(path, { token });
    assert.equal(response.status, 404);
    assert.deepEqual(await response.json(), { error: 'not_found' });
  }
  const response = await call('/orders', { token, method: 'DELETE' });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'GET, HEAD, POST');
});

test('the resource says who it trusts (RFC 9728)', async () => {
  const metadata = await (await call('/.well-known/oauth-protected-resource')).json();
  assert.equal(metadata.resource, AUDIENCE);
  assert.deepEqual(metadata.authorization_servers, [fake.issuer]);
});

test('an API called by a URN has no metadata, and guards all the same', async () => {
  const urn = 'urn:signet:demo:orders';
  const named = await startIssuer(urn);
  const [other, url] = await serve({ issuer: named.issuer, audience: urn });
  const token = await named.sign({ scope: 'orders:read' });
  const good = await fetch(`${url}/orders`, { headers: { Authorization: `Bearer ${token}` } });
  const bare = await fetch(`${url}/orders`);
  const foreign = await fetch(`${url}/orders`, { headers: { Authorization: `Bearer ${await fake.sign()}` } });
  const metadata = await fetch(`${url}/.well-known/oauth-protected-resource`);
  other.close();
  named.close();
  assert.deepEqual([good.status, bare.status, foreign.status, metadata.status], [200, 401, 401, 404]);
  assert.equal(bare.headers.get('www-authenticate'), 'Bearer');
});

test('secure headers are set, and nothing names the framework', async () => {
  const { headers, status } = await call('/healthz');
  assert.equal(status, 200);
  assert.equal(headers.get('x-powered-by'), null);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('too many requests are slowed down, with the standard headers', async () => {
  const [limited, url] = await serve({ issuer: fake.issuer, audience: AUDIENCE, limit: 2 });
  const answers = [await fetch(`${url}/me`), await fetch(`${url}/me`), await fetch(`${url}/me`)];
  limited.close();
  assert.deepEqual(answers.map(({ status }) => status), [401, 401, 429]);
  assert.ok(answers[2].headers.get('ratelimit') && answers[2].headers.get('retry-after'));
});

test('a silent issuer is a 503, never a 401, and heals', async () => {
  const late = await startIssuer(AUDIENCE);
  const [waiting, url] = await serve({ issuer: late.issuer, audience: AUDIENCE });
  const token = await late.sign();
  const statuses = [];
  for (const down of [['/.well-known/openid-configuration'], ['/jwks'], []]) {
    late.down.clear();
    down.forEach((path) => late.down.add(path));
    statuses.push((await fetch(`${url}/me`, { headers: { Authorization: `Bearer ${token}` } })).status);
  }
  waiting.close();
  late.close();
  assert.deepEqual(statuses, [503, 503, 200]);
});

test('wrong settings are all reported at once', () => {
  assert.throws(
    () => readConfig({ ISSUER: 'http://idp.example', PORT: 'x' }),
    ({ message }) => ['ISSUER', 'AUDIENCE', 'PORT'].every((name) => message.includes(name)),
  );
  const good = { ISSUER: 'http://localhost:8000', AUDIENCE: 'urn:signet:demo:orders' };
  assert.equal(readConfig(good).AUDIENCE, good.AUDIENCE);
  assert.throws(() => readConfig({ ...good, AUDIENCE: 'orders' }), /AUDIENCE/);
});
