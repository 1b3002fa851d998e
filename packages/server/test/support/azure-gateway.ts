/**
 * The gateway of an Azure account in front of local Cosmos, which has one partition and so serves every query: across
 * partitions Azure serves filters and projections alone, and answers others with 400 and a plan, by which the SDK asks
 * each partition and merges.
 *
 * Source: learn.microsoft.com/rest/api/cosmos-db/querying-cosmosdb-resources-using-the-rest-api, "Queries that cannot be
 * served by gateway"; the form of the plan as @azure/cosmos 4.10 reads it.
 */

import { createDefaultHttpClient, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline'

export interface AzureGateway extends HttpClient {
  /** The queries that were refused. */
  readonly refused: readonly string[]
}

export function azureGateway(): AzureGateway {
  const inner = createDefaultHttpClient()
  const refused: string[] = []
  return {
    refused,
    sendRequest: async (request) => {
      const query = queryOf(request)
      const answer = await inner.sendRequest(request)
      if (!query || !/\bTOP\b|\bORDER BY\b|\bDISTINCT\b|\bGROUP BY\b|\bCOUNT\(|\bOFFSET\b/.test(query))
        return answer
      if (request.headers.has('x-ms-cosmos-is-query-plan-request'))
        return { ...answer, status: 200, bodyAsText: JSON.stringify(planOf(query)) }
      if (
        request.headers.has('x-ms-documentdb-partitionkey') ||
        request.headers.has('x-ms-documentdb-partitionkeyrangeid')
      )
        return answer
      refused.push(query)
      const message = 'The provided cross partition query can not be directly served by the gateway.'
      const body = { code: 'BadRequest', message, additionalErrorInfo: '{}' }
      return { ...answer, status: 400, bodyAsText: JSON.stringify(body) }
    },
  }
}

function queryOf({ body, headers }: PipelineRequest): string | undefined {
  const isQuery = headers.get('content-type') === 'application/query+json'
  const parsed: unknown = isQuery && typeof body === 'string' ? JSON.parse(body) : undefined
  if (typeof parsed === 'string') return parsed
  return (parsed as { readonly query?: string } | undefined)?.query
}

function planOf(query: string) {
  const [, top, where = 'true', path, direction] =
    /^SELECT(?: TOP (\d+))? \* FROM c(?: WHERE (.*?))?(?: ORDER BY (\S+) (DESC|ASC))?$/.exec(query) ?? []
  const first = top === undefined ? '' : `TOP ${top} `
  const rewrittenQuery =
    `SELECT ${first}c._rid, [{"item": ${path}}] AS orderByItems, c AS payload FROM c ` +
    `WHERE (${where}) AND ({documentdb-formattableorderbyquery-filter}) ORDER BY ${path} ${direction}`
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: 'None',
      top: top === undefined ? null : Number(top),
      offset: null,
      limit: null,
      orderBy: path === undefined ? [] : [direction === 'DESC' ? 'Descending' : 'Ascending'],
      orderByExpressions: path === undefined ? [] : [path],
      groupByExpressions: [],
      groupByAliases: [],
      aggregates: [],
      groupByAliasToAggregateType: {},
      rewrittenQuery: path === undefined ? '' : rewrittenQuery,
      hasSelectValue: false,
      hasNonStreamingOrderBy: false,
      dCountInfo: null,
    },
    queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
  }
}
