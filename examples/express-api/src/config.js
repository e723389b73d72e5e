/** The settings, read from the environment once; every fault is reported in one message. */
import { z } from 'zod';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

// Keys fetched over plain HTTP could be anybody's, so only a loopback issuer may lack TLS.
const isSafe = (value) => value.startsWith('https:') || (URL.canParse(value) && LOOPBACK.has(new URL(value).hostname));
const issuer = z.url({ protocol: /^https?$/ }).refine(isSafe, 'must be https');

const Settings = z.object({
  ISSUER: issuer,
  AUDIENCE: z.url(), // any absolute URI (RFC 8707 §2)
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65535).default(8002),
  // How many proxies of your own stand in front: without it, all their callers share one rate limit.
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),
});

/** Returns the settings, or throws one Error that names every wrong variable. */
export function readConfig(env) {
  const { success, data, error } = Settings.safeParse(env);
  if (!success) throw new Error(`Wrong settings:\n${z.prettifyError(error)}`);
  return data;
}
