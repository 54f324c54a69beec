// What a script finds around it. Evaluated once per worker; the answer is a function that the worker calls with what it
// does natively, and that answers with what the worker needs in return.
(native, legacy) => {
  'use strict'
  const { defineProperty, hasOwn } = Object

  // Objects and arrays in a record are built when they are first asked for, by the function that stands at `source`.
  // It answers nothing while a result is read back; the accessor then stays.
  const source = Symbol('source')
  const settle = (record, name, value) =>
    defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true })
  const accessor = name => [
    function () {
      const value = this[source](name)
      if (value !== undefined) settle(this, name, value)
      return value
    },
    function (value) { settle(this, name, value) }
  ]

  // The record of 2017.
  class Field {
    #record
    #name
    constructor (record, name) { this.#record = record; this.#name = name }
    getName () { return this.#name }
    getValue () { return this.#record[this.#name] }
    getValueAsRecord () { return this.getValue() }
    getValueAsString () { const value = this.getValue(); return value == null ? null : String(value) }
    getValues () { const value = this.getValue(); return Array.isArray(value) ? value : value == null ? [] : [value] }
    setValue (value) { this.#record[this.#name] = valueOf(value); return this }
    addValue (value) { this.#record[this.#name] = [...this.getValues(), valueOf(value)]; return this }
    toJSON () { return this.getValue() }
  }
  // A field that is given to a record stands for its value.
  const valueOf = given => given instanceof Field ? given.getValue() : given
  class Record {
    containsField (name) { return hasOwn(this, name) }
    getField (name) { return hasOwn(this, name) ? new Field(this, name) : null }
    getFieldNames () { return Object.keys(this) }
    getValueAsRecord (name) { return this[name] }
    addField (name, value, several) { this[name] = several ? [valueOf(value)] : valueOf(value); return this }
    setField (name, value) { this[name] = valueOf(value); return this }
    removeField (name) { delete this[name]; return this }
  }

  // In scripts of the old kind an absent member is null. The look-up of one ends at the prototype, so that is the place
  // to answer; members that are there never come this way.
  const notMembers = new Set(['toJSON', 'then'])
  const absentIsNull = new Proxy(Record.prototype, {
    get: (target, name) =>
      typeof name === 'symbol' || name in target || notMembers.has(name) ? target[name] : null
  })
  if (legacy) {
    globalThis.Record = function Record () { return Object.create(absentIsNull) }
    globalThis.Record.prototype = absentIsNull
  }

  const speaker = level => (...values) => {
    if (native.hears(level)) native.say(level, values)
  }
  const logger = {}
  for (const level of ['debug', 'info', 'warn', 'error', 'log', 'trace']) logger[level] = speaker(level)
  globalThis.console = logger

  const ctx = {
    getSharedVariable: name => native.shared(String(name)),
    setSharedVariable: (name, value) => native.share(String(name), value)
  }

  let current = null
  const port = isError => {
    const accept = (record, original) => native.accept(isError, record ?? original, (record ?? original) === current)
    return Object.assign(accept.bind(null), { accept })
  }
  const next = port(false)
  const error = port(true)

  // Arguments by the names of the parameters, which stand in the source text of the function.
  const known = { ctx, context: ctx, logger, log: logger, next, error, err: error, errors: error }
  const inOrder = [ctx, logger, next, error]
  const names = process => {
    const text = Function.prototype.toString.call(process).replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
    const list = /^[^(=]*\(([^)]*)\)/.exec(text)
    return list ? list[1].split(',').map(name => name.split('=')[0].trim()) : []
  }
  const runner = process => {
    const [, ...given] = names(process)
    const rest = inOrder.map((usual, index) => hasOwn(known, given[index] ?? '') ? known[given[index]] : usual)
    return record => {
      current = record
      try {
        const result = process(record, ...rest)
        native.finish(result, result === record)
      } finally {
        current = null
      }
    }
  }

  return { accessor, runner, source, ordinary: Object.prototype, prototype: legacy ? absentIsNull : Object.prototype }
}
