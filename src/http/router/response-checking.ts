import type { OpenAPIBackend, Operation } from 'openapi-backend';
import type { Logger } from 'pino';
import { isJsonObject, type JsonValue } from '../../protocol/json.js';
import type { Principal } from '../authentication.js';
import { checkExtensions } from './extension-check.js';
import type { RequestNotes } from './operation.js';
import { checkResponse } from './response-check.js';
import type { Reply, ReplyBody } from './send-reply.js';
import { isPieces } from './send-reply.js';

/** `enforce` replaces an undocumented answer with a 500; `log` only logs it; `off` does not check. */
export type ResponseChecking = 'enforce' | 'log' | 'off';

/** Checks a reply against the document and the tenant's custom schemas before it is sent, as configured. */
export function responseChecker(mode: ResponseChecking, logger: Logger) {
  return async (
    api: OpenAPIBackend,
    operation: Operation,
    reply: Reply,
    notes: RequestNotes,
    principal: Principal | undefined,
  ): Promise<Reply> => {
    if (mode === 'off' || isDocumentedExport(operation, reply)) return reply;
    const { text, value } = await read(reply.body);
    const extensionFaults = principal?.kind === 'tenant' ? checkExtensions(value, principal.tenant) : [];
    const faults = [...checkResponse(api, operation, reply.status, value), ...extensionFaults];
    if (faults.length > 0) {
      logger.error(
        { requestId: notes.requestId, operation: operation.operationId, status: reply.status, faults },
        'undocumented answer',
      );
      if (mode === 'enforce') throw new Error(`the answer is not as documented: ${faults.join('; ')}`);
    }
    return text === undefined ? reply : { ...reply, body: text };
  };
}

/** Whether an answer is not JSON but of a media type that the document lists: there is no schema to check it against. */
function isDocumentedExport(operation: Operation, { status, type }: Reply): boolean {
  const response: unknown = operation.responses?.[status];
  if (type === undefined || !isJsonObject(response) || !isJsonObject(response['content'])) return false;
  return Object.hasOwn(response['content'], type);
}

async function read(body: ReplyBody | undefined): Promise<{ text?: string; value?: JsonValue }> {
  if (body === undefined) return {};
  if (typeof body === 'object' && !isPieces(body)) return { value: body };
  let text = '';
  if (typeof body === 'string') text = body;
  else for await (const piece of body) text += piece;
  return { text, value: JSON.parse(text) as JsonValue };
}
