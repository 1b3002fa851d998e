/**
 * The text of a query tree.
 */

import type { Inner, LikePart, Put, Query, Source, Tree } from './tree.ts'

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
      return `(${expressionText(tree.a)}${tree.not ? ' NOT' : ''} LIKE "${tree.parts.map(likeText).join('')}" ESCAPE "!")`
    case 'if':
      return `(${expressionText(tree.test)} ? ${expressionText(tree.a)} : ${expressionText(tree.b)})`
    case 'call':
      return `${tree.name}(${tree.args.map(expressionText).join(', ')})`
    case 'list':
      return `[${tree.items.map(expressionText).join(', ')}]`
    case 'record':
      return `{${tree.fields.map(([name, field]) => `"${name}": ${expressionText(field)}`).join(', ')}}`
    case 'sub':
      return `${tree.use}(${innerText(tree.inner)})`
  }
}

// JSON is a part of the language, except that a negative number is an operator and a number.
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('’', "'")
}

// A wildcard that stands for itself has a mark in front.
function likeText(part: LikePart): string {
  return part.startsWith('\\') ? `!${part.slice(1)}` : part
}

function innerText({ over, total, put, where }: Inner): string {
  const value = total ? `${total}(${expressionText(put)})` : expressionText(put)
  return `SELECT VALUE ${value}${over ? ` FROM e IN ${expressionText(over)}` : ''} WHERE ${expressionText(where)}`
}

function joinText({ alias, each, from }: Source): string {
  const source = 'put' in from ? `(${innerText(from)})` : expressionText(from)
  if (each) return ` JOIN ${alias} IN ${source}`
  return ` JOIN ${source}${alias === undefined ? '' : ` AS ${alias}`}`
}

/** A query as text. */
export function queryText(query: Query): string {
  const { from, put, joins, where, orders, window } = query
  const head = `SELECT ${query.distinct ? 'DISTINCT ' : ''}${query.top === undefined ? '' : `TOP ${query.top} `}`
  const root = from
    ? `(SELECT ${from.distinct ? 'DISTINCT ' : ''}VALUE ${expressionText(from.put)} FROM c WHERE ${expressionText(from.where)}) AS c`
    : 'c'
  const filter = where ? ` WHERE ${expressionText(where)}` : ''
  const grouping =
    put.kind === 'group' && put.keys.length > 0 ? ` GROUP BY ${put.keys.map(expressionText).join(', ')}` : ''
  const keys = orders.map(({ name, descending }) => `c.${name}${descending ? ' DESC' : ''}`)
  const sorting = keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : ''
  const slicing = window ? ` OFFSET ${window.offset} LIMIT ${window.limit}` : ''
  return `${head}${putText(put)} FROM ${root}${joins.map(joinText).join('')}${filter}${grouping}${sorting}${slicing}`
}

function putText(put: Put): string {
  if (put.kind === 'star') return '*'
  if (put.kind === 'value') return `VALUE ${expressionText(put.tree)}`
  const named = (tree: Tree, name: string): string => `${expressionText(tree)} AS ${name}`
  if (put.kind === 'fields') return put.fields.map(([name, tree]) => named(tree, name)).join(', ')
  return [
    ...put.keys.map((tree, i) => named(tree, `k${i}`)),
    ...put.aggregates.map(([name, tree], i) => `${name}(${expressionText(tree)}) AS a${i}`),
  ].join(', ')
}
