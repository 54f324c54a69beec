//! Scripts: the protocol, both dialects, what survives untouched, and the limits.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dataflow::log::{Level, Log};
use dataflow::record::Record;
use dataflow::script::{Dialect, Emission, Limits, Port, Script, ScriptError, Shared, Surroundings, Worker};

fn worker(dialect: Dialect, text: &str) -> Worker {
    Worker::new(&Script { text: text.into(), dialect }, Surroundings::default()).unwrap()
}

fn modern(text: &str) -> Worker {
    worker(Dialect::Modern, text)
}

fn record(json: &str) -> Record {
    Record::from_json(json).unwrap()
}

/// The records that go on, as JSON.
fn passed(worker: &mut Worker, json: &str) -> Vec<String> {
    let emissions = worker.process(Some(&record(json))).unwrap();
    emissions.into_iter().map(|emission| emission.record.to_string()).collect()
}

#[test]
fn what_is_returned_goes_on_and_null_drops() {
    let mut keep = modern("function process(record) { record.seen = true; return record }");
    assert_eq!(passed(&mut keep, r#"{"UID":"1"}"#), [r#"{"UID":"1","seen":true}"#]);
    for text in ["return null", "return", "", "return undefined"] {
        let mut drop = modern(&format!("function process(record) {{ {text} }}"));
        assert!(passed(&mut drop, r#"{"UID":"1"}"#).is_empty(), "{text}");
    }
}

#[test]
fn next_adds_and_error_diverts() {
    let mut worker = modern(
        "function process(record, ctx, logger, next, error) {
           next.accept({ first: record.UID })
           error.accept({ _errorDetails: { errorMessage: 'no' }, UID: record.UID }, record)
           return { last: record.UID }
         }",
    );
    let emissions = worker.process(Some(&record(r#"{"UID":"7"}"#))).unwrap();
    let seen: Vec<_> = emissions.iter().map(|e| (e.port, e.record.to_string())).collect();
    assert_eq!(
        seen,
        [
            (Port::Next, r#"{"first":"7"}"#.to_owned()),
            (Port::Error, r#"{"_errorDetails":{"errorMessage":"no"},"UID":"7"}"#.to_owned()),
            (Port::Next, r#"{"last":"7"}"#.to_owned()),
        ]
    );
}

#[test]
fn a_record_that_was_accepted_does_not_change_any_more() {
    let mut worker = modern(
        "function process(record, ctx, logger, next) {
           next.accept(record); record.data.n = 2; return record
         }",
    );
    assert_eq!(passed(&mut worker, r#"{"data":{"n":1}}"#), [r#"{"data":{"n":1}}"#, r#"{"data":{"n":2}}"#]);
}

#[test]
fn parameters_are_told_by_their_names() {
    for text in [
        "function process(record, next, ctx, logger) { next.accept(record); ctx.getSharedVariable('x'); logger.info('') }",
        "var process = function (record, logger, next) { logger.info(''); next.accept(record) }",
        "const process = (record, ctx, log, next) => { log.info(''); next.accept(record) }",
        "const process = record => record",
        "function process() { return arguments[0] }",
        "function process(r, c, l, n, e) { c.getSharedVariable('x'); l.debug(''); n.accept(r); if (!e.accept) throw 1 }",
        "function process(record /* the (account) */, next, ctx = {}, // that's it
          logger) { ctx.getSharedVariable('x'); return record }",
    ] {
        assert_eq!(passed(&mut modern(text), r#"{"a":1}"#), [r#"{"a":1}"#], "{text}");
    }
}

#[test]
fn absent_members_are_null_in_old_scripts_and_undefined_in_new_ones() {
    let text = "function process(record) {
      return { top: record.x === null, deep: record.data.x === null, undef: record.data.x === undefined,
               list: record.list[0].x === null, falsy: !record.x, own: 'x' in record,
               has: record.hasOwnProperty('x'), keys: Object.keys(record).join() }
    }";
    let json = r#"{"data":{"n":1},"list":[{"y":1}]}"#;
    assert_eq!(
        passed(&mut worker(Dialect::Legacy, text), json),
        [
            r#"{"top":true,"deep":true,"undef":false,"list":true,"falsy":true,"own":false,"has":false,"keys":"data,list"}"#
        ]
    );
    assert_eq!(
        passed(&mut worker(Dialect::Modern, text), json),
        [
            r#"{"top":false,"deep":false,"undef":true,"list":false,"falsy":true,"own":false,"has":false,"keys":"data,list"}"#
        ]
    );
}

#[test]
fn old_records_are_ordinary_objects_otherwise() {
    let mut worker = worker(
        Dialect::Legacy,
        "function process(record) {
           var names = []
           for (var name in record) names.push(name)
           record.names = names
           record.object = record.data instanceof Object
           record.text = JSON.stringify(record.data)
           record.fresh = ({}).x === undefined
           return record
         }",
    );
    assert_eq!(
        passed(&mut worker, r#"{"data":{"n":1}}"#),
        [r#"{"data":{"n":1},"names":["data"],"object":true,"text":"{\"n\":1}","fresh":true}"#]
    );
}

#[test]
fn the_functions_of_2017() {
    let mut worker = worker(
        Dialect::Legacy,
        r#"function process(record, next, ctx, logger) {
          logger.log("start");
          if (record != null && record.containsField("data")) {
            var data = record.getField("data").getValueAsRecord();
            var log = new Record();
            log.addField("action", "acceptance");
            var entry = new Record();
            entry.addField("listID", "list02");
            entry.addField("log", log, true);
            if (data.containsField("subscriptions")) data.getField("subscriptions").addValue(entry);
          }
          next.accept(record);
        }"#,
    );
    assert_eq!(
        passed(&mut worker, r#"{"UID":"1","data":{"subscriptions":[{"listID":"list01"}]}}"#),
        [
            r#"{"UID":"1","data":{"subscriptions":[{"listID":"list01"},{"listID":"list02","log":[{"action":"acceptance"}]}]}}"#
        ]
    );
    assert_eq!(passed(&mut worker, r#"{"UID":"2"}"#), [r#"{"UID":"2"}"#]);
}

#[test]
fn digits_survive_where_nobody_changed_them() {
    let json = r#"{"id":9007199254740993,"x":1.10,"big":123456789012345678901234567890,"data":{"n":1e2,"deep":{"m":0.10}}}"#;
    let mut read = modern("function process(r) { if (r.data.deep.m !== 0.1 || r.id < 1) throw 1; return r }");
    assert_eq!(passed(&mut read, json), [json]);
    let mut changed = modern("function process(r) { r.data.deep.m += 1; r.new = 0.5; return r }");
    assert_eq!(
        passed(&mut changed, json),
        [
            r#"{"id":9007199254740993,"x":1.10,"big":123456789012345678901234567890,"data":{"n":1e2,"deep":{"m":1.1}},"new":0.5}"#
        ]
    );
}

#[test]
fn members_that_nobody_asked_for_move_whole() {
    let mut worker =
        modern("function process({ data, ...rest }) { return { ...rest, copy: data, inner: data.a } }");
    let out = passed(&mut worker, r#"{"UID":"1","data":{"a":{"n":1.50,"list":[1.0]}}}"#);
    assert_eq!(out, [r#"{"UID":"1","copy":{"a":{"n":1.5,"list":[1.0]}},"inner":{"n":1.5,"list":[1.0]}}"#]);
    let mut worker = modern("function process(r) { const d = r.data; delete r.data; r.moved = d; return r }");
    assert_eq!(passed(&mut worker, r#"{"data":{"a":{"n":1.50}}}"#), [r#"{"moved":{"a":{"n":1.50}}}"#]);
}

#[test]
fn members_are_deleted_replaced_and_put_in_order() {
    let mut worker = modern(
        "function process(r) {
           delete r.a; r.b = { x: 1 }; r.a = [2]; r.none = undefined; r.f = () => 1; r.c = undefined
           return r
         }",
    );
    assert_eq!(
        passed(&mut worker, r#"{"a":{"y":1},"b":{"y":2},"c":{"y":3},"d":{"y":4}}"#),
        [r#"{"b":{"x":1},"d":{"y":4},"a":[2]}"#]
    );
}

#[test]
fn values_that_json_does_not_have() {
    let mut worker = modern(
        "function process() {
           const list = [1, , undefined, NaN, Infinity]
           return { date: new Date(0), list, minus: -0, whole: 1e3, map: new Map() }
         }",
    );
    assert_eq!(
        passed(&mut worker, "{}"),
        [
            r#"{"date":"1970-01-01T00:00:00.000Z","list":[1,null,null,null,null],"minus":0,"whole":1000,"map":{}}"#
        ]
    );
}

#[test]
fn a_bigint_is_an_error_of_its_record_and_no_other_number() {
    let mut worker = modern(
        "function process(r, ctx, logger) { logger.info(2n ** 64n); return r.n ? { list: [2n ** 64n + 5n] } : { good: true } }",
    );
    match worker.process(Some(&record(r#"{"n":1}"#))).map(|emissions| emissions.len()) {
        Err(error @ ScriptError::Thrown { .. }) => {
            assert!(
                error.to_string().contains("TypeError: Do not know how to serialize a BigInt"),
                "{error}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(passed(&mut worker, "{}"), [r#"{"good":true}"#]);
}

#[test]
fn records_may_be_kept_until_the_last_call() {
    let mut worker = modern(
        "const kept = []
         function process(record, ctx, logger, next) {
           if (record !== null) { kept.push(record); return null }
           for (const one of kept) next.accept(one)
           return { total: kept.length }
         }",
    );
    assert!(passed(&mut worker, r#"{"UID":"1","data":{"n":1.0}}"#).is_empty());
    assert!(passed(&mut worker, r#"{"UID":"2","data":{"n":2.0}}"#).is_empty());
    let last: Vec<_> =
        worker.process(None).unwrap().into_iter().map(|e: Emission| e.record.to_string()).collect();
    assert_eq!(
        last,
        [r#"{"UID":"1","data":{"n":1.0}}"#, r#"{"UID":"2","data":{"n":2.0}}"#, r#"{"total":2}"#]
    );
}

#[test]
fn variables_are_shared_by_workers() {
    let shared = Arc::new(Shared::default());
    let around = Surroundings { shared: Arc::clone(&shared), ..Surroundings::default() };
    let text = "function process(record, ctx) {
      const seen = ctx.getSharedVariable('seen')
      ctx.setSharedVariable('seen', { by: record.UID, data: record.data })
      return { seen }
    }";
    let script = Script { text: text.into(), dialect: Dialect::Modern };
    let mut first = Worker::new(&script, around.clone()).unwrap();
    let mut second = Worker::new(&script, around).unwrap();
    assert_eq!(passed(&mut first, r#"{"UID":"1","data":{"n":[1]}}"#), [r#"{"seen":null}"#]);
    assert_eq!(passed(&mut second, r#"{"UID":"2"}"#), [r#"{"seen":{"by":"1","data":{"n":[1]}}}"#]);
}

#[test]
fn what_scripts_say_is_heard_without_secrets() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let sink = Arc::clone(&lines);
    let log = Log::new(Level::Info, move |line| {
        sink.lock().unwrap().push(format!("{} {}: {}", line.level.name(), line.step, line.text));
    });
    let around = Surroundings { log, step: "05. Subscriptions".into(), ..Surroundings::default() };
    let text = "function process(record, ctx, logger) {
      logger.info('got', record); console.error('bad', 1, [null]); logger.debug(record); logger.warn('hm')
    }";
    let mut worker = Worker::new(&Script { text: text.into(), dialect: Dialect::Modern }, around).unwrap();
    assert!(passed(&mut worker, r#"{"UID":"1","password":{"hash":"x"}}"#).is_empty());
    assert_eq!(
        *lines.lock().unwrap(),
        [
            r#"info 05. Subscriptions: got {"UID":"1","password":"********"}"#,
            "error 05. Subscriptions: bad 1 [null]",
            "info 05. Subscriptions: hm",
        ]
    );
}

#[test]
fn errors_name_the_line() {
    let mut worker = modern("// one\nfunction process(record) {\n  return record.nothing.at.all\n}");
    let error = worker.process(Some(&record("{}"))).unwrap_err();
    assert!(matches!(&error, ScriptError::Thrown { line: Some(3), .. }), "{error:?}");
    assert!(error.to_string().contains("line 3"), "{error}");

    let load = |text: &str| {
        Worker::new(&Script { text: text.into(), dialect: Dialect::Modern }, Surroundings::default())
            .err()
            .unwrap()
    };
    assert!(matches!(load("var a = 1\nfunction process( {"), ScriptError::Load { line: Some(2), .. }));
    assert_eq!(load("function other() {}"), ScriptError::NoProcess);

    let mut thrower = modern("function process() { throw 'plain words' }");
    let error = thrower.process(Some(&record("{}"))).unwrap_err();
    assert_eq!(error, ScriptError::Thrown { message: "plain words".into(), line: None });
}

#[test]
fn what_is_no_record_is_refused_and_nothing_goes_on() {
    for (result, kind) in
        [("'x'", "a text"), ("[record]", "an array"), ("7", "a number"), ("true", "a truth value")]
    {
        let mut worker = modern(&format!(
            "function process(record, ctx, logger, next) {{ next.accept(record); return {result} }}"
        ));
        assert_eq!(worker.process(Some(&record("{}"))), Err(ScriptError::NotARecord(kind)));
    }
    let mut circle = modern("function process(record) { record.self = record; return record }");
    let error = circle.process(Some(&record("{}"))).unwrap_err();
    assert!(error.to_string().contains("contains itself"), "{error}");
}

fn limited(text: &str, limits: Limits) -> Worker {
    let around = Surroundings { limits, ..Surroundings::default() };
    Worker::new(&Script { text: text.into(), dialect: Dialect::Modern }, around).unwrap()
}

#[test]
fn an_endless_script_is_stopped_and_the_next_record_goes_on() {
    let limits = Limits { call: Duration::from_millis(100), ..Limits::default() };
    let mut worker = limited("function process(r) { while (r.loop) {} return r }", limits);
    assert_eq!(worker.process(Some(&record(r#"{"loop":true}"#))), Err(ScriptError::TooSlow(100)));
    assert_eq!(passed(&mut worker, r#"{"loop":false}"#), [r#"{"loop":false}"#]);
    let mut stubborn =
        limited("function process() { for (;;) { try { for (;;) {} } catch (e) {} } }", limits);
    assert_eq!(stubborn.process(Some(&record("{}"))), Err(ScriptError::TooSlow(100)));
}

#[test]
fn the_time_of_a_job_is_bounded_too() {
    let limits = Limits { job: Duration::from_millis(50), ..Limits::default() };
    let mut worker = limited("function process(r) { while (r.loop) {} return r }", limits);
    assert_eq!(worker.process(Some(&record(r#"{"loop":true}"#))), Err(ScriptError::JobTooSlow(0)));
    assert_eq!(worker.process(Some(&record("{}"))), Err(ScriptError::JobTooSlow(0)));
}

#[test]
fn memory_and_stack_are_bounded() {
    let limits = Limits { memory: 16 << 20, ..Limits::default() };
    let mut hungry = limited(
        "function process(r) { const all = []; while (r.eat) all.push(new Array(1000).fill(1)); return r }",
        limits,
    );
    let error = hungry.process(Some(&record(r#"{"eat":true}"#))).unwrap_err();
    assert!(matches!(error, ScriptError::Memory { limit: 16, .. }), "{error:?}");
    assert_eq!(passed(&mut hungry, "{}"), ["{}"]);

    let mut deep = modern("function process(r) { return process(r) }");
    assert!(matches!(deep.process(Some(&record("{}"))), Err(ScriptError::Thrown { .. })));
}

#[test]
fn there_is_no_way_out() {
    let mut worker = modern(
        "function process() {
           const names = ['require', 'fetch', 'std', 'os', 'load', 'print', 'setTimeout', 'Deno', 'XMLHttpRequest']
           return { found: names.filter(name => name in globalThis) }
         }",
    );
    assert_eq!(passed(&mut worker, "{}"), [r#"{"found":[]}"#]);
    let script = Script { text: "import 'x'; function process() {}".into(), dialect: Dialect::Modern };
    assert!(matches!(Worker::new(&script, Surroundings::default()), Err(ScriptError::Load { .. })));
    let mut dynamic = modern("async function process(r) { await import('./x.js'); return r }");
    assert!(dynamic.process(Some(&record("{}"))).is_err());
}

#[test]
fn a_script_may_be_async_as_long_as_it_waits_for_nothing() {
    let mut worker = modern("async function process(r) { await null; return { ...r, done: 1 } }");
    assert_eq!(passed(&mut worker, r#"{"a":1}"#), [r#"{"a":1,"done":1}"#]);
}

#[test]
fn a_field_that_is_given_to_a_record_is_its_value() {
    let mut worker = worker(
        Dialect::Legacy,
        r#"function process(record, next) {
             var out = new Record();
             out.addField("UID", record.getField("UID"));
             out.setField("data", record.getField("data"));
             out.addField("all", record.getField("UID"), true);
             out.getField("all").addValue(record.getField("UID"));
             out.plain = record.getField("UID");
             next.accept(out);
           }"#,
    );
    assert_eq!(
        passed(&mut worker, r#"{"UID":"7","data":{"n":1}}"#),
        [r#"{"UID":"7","data":{"n":1},"all":["7","7"],"plain":"7"}"#]
    );
}
