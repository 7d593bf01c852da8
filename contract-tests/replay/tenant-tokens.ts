import type { Exchange } from '../../tools/entra-client/recording/exchange.js';

type Settings = Readonly<Record<string, string>>;

/**
 * Creates a tenant for each kind of settings that exchanges ask for.
 * @param create creates a tenant with settings; returns its secret token
 * @returns the token of the tenant that an exchange is for
 */
export async function tenantTokens(
  exchanges: readonly Exchange[],
  create: (settings: Settings) => Promise<string>,
): Promise<(exchange: Exchange) => string> {
  const tokens = new Map<string, string>();
  for (const { tenantSettings = {} } of exchanges) {
    const key = JSON.stringify(tenantSettings);
    if (!tokens.has(key)) tokens.set(key, await create(tenantSettings));
  }
  return ({ tenantSettings = {} }) => tokens.get(JSON.stringify(tenantSettings)) ?? '';
}
