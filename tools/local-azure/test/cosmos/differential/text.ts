/**
 * The text of a query tree.
 */

import type { Query, Tree } from './tree.ts'

/** An expression as text, every part in brackets, so that no precedence is taken for granted. */
export function expressionText(tree: Tree): string {
  switch (tree.t) {
    case 'value':
      return literal(tree.value)
    case 'absent':
      return 'undefined'
    case 'path':
      return (
        tree.alias +
        tree.names.map((name) => (typeof name === 'number' ? `[${name}]` : `["${name}"]`)).join('')
      )
    case 'two':
      return `(${expressionText(tree.a)} ${tree.op} ${expressionText(tree.b)})`
    case 'not':
      return `(NOT ${expressionText(tree.a)})`
    case 'minus':
      return `(- ${expressionText(tree.a)})`
    case 'in':
      return `(${expressionText(tree.a)} ${tree.not ? 'NOT IN' : 'IN'} (${tree.list.map(expressionText).join(', ')}))`
    case 'between':
      return `(${expressionText(tree.a)} ${tree.not ? 'NOT BETWEEN' : 'between'} ${expressionText(tree.low)} AND ${expressionText(tree.high)})`
    case 'like':
      return `(${expressionText(tree.a)} LIKE ${JSON.stringify(tree.pattern)})`
    case 'if':
      return `(${expressionText(tree.test)} ? ${expressionText(tree.a)} : ${expressionText(tree.b)})`
    case 'call':
      return `${tree.name}(${tree.args.map(expressionText).join(', ')})`
    case 'list':
      return `[${tree.items.map(expressionText).join(', ')}]`
    case 'record':
      return `{${tree.fields.map(([name, field]) => `"${name}": ${expressionText(field)}`).join(', ')}}`
    case 'sub':
      return `${tree.use}(SELECT VALUE ${expressionText(tree.put)} FROM e IN ${expressionText(tree.over)} WHERE ${expressionText(tree.where)})`
  }
}

// JSON is a part of the language, except that a negative number is an operator and a number.
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('’', "'")
}

/** A query as text. */
export function queryText(query: Query): string {
  const { put, join, where, order, window } = query
  const head = `SELECT ${query.distinct ? 'DISTINCT ' : ''}${query.top === undefined ? '' : `TOP ${query.top} `}`
  const from = ` FROM c${join ? ` JOIN j IN ${expressionText(join)}` : ''}`
  const filter = where ? ` WHERE ${expressionText(where)}` : ''
  const grouping =
    put.kind === 'group' && put.keys.length > 0 ? ` GROUP BY ${put.keys.map(expressionText).join(', ')}` : ''
  const sorting = order ? ` ORDER BY c.${order.name}${order.descending ? ' DESC' : ''}` : ''
  const slicing = window ? ` OFFSET ${window.offset} LIMIT ${window.limit}` : ''
  return head + projectionText(put) + from + filter + grouping + sorting + slicing
}

function projectionText(put: Query['put']): string {
  if (put.kind === 'star') return '*'
  if (put.kind === 'value') return `VALUE ${expressionText(put.tree)}`
  if (put.kind === 'fields')
    return put.fields.map(([name, tree]) => `${expressionText(tree)} AS ${name}`).join(', ')
  const keys = put.keys.map((tree, i) => `${expressionText(tree)} AS k${i}`)
  return [
    ...keys,
    ...put.aggregates.map(([name, tree]) => `${name}(${expressionText(tree)}) AS ${name}`),
  ].join(', ')
}
