//! After the last chunk: doubles are judged and taken out, digests are made, the report and the manifest are written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::time::Instant;

use mapping::Tally;

use super::batch::Lane;
use super::commit::{self, Commit};
use super::doubles::{self, Parts};
use super::estimate::estimates;
use super::options::PrepareOptions;
use super::sidecar_lines;
use super::{PrepareError, Prepared};
use crate::duplicates::{self, Index, Judgement, Place};
use crate::pack::{self, Compacted, Packed};
use crate::profile::Profile;
use crate::read::Stream;
use crate::report::{Cause, Counters, InputCounters, Lanes, NotMoved, Report, Unmovable};
use crate::run::{MAPPING, Manifest, Part, RunError, RunFolder};
use crate::screen::Duplicates;

/// What the workers have noticed over all records.
pub(super) struct Noticed {
    pub(super) tallies: Vec<Tally>,
    pub(super) profile: Option<Profile>,
}

pub(super) fn finish(
    commit: Commit<'_>,
    stream: &Stream,
    noticed: Noticed,
    options: &PrepareOptions,
    folder: Option<&RunFolder>,
    started: Instant,
) -> Result<Prepared, PrepareError> {
    let Commit { packer, mut index, fingerprints, mut counts, mut causes, mut files, mut inputs, .. } =
        commit;
    let path = folder.map(|folder| folder.path().to_owned()).unwrap_or_default();
    let disk = |source| PrepareError::Run(RunError::Io { path: path.clone(), source });
    let packed_parts = packer.finish()?;
    let read_seconds = started.elapsed().as_secs_f64();
    let groups = fingerprints.groups(options.threads).map_err(disk)?;
    let policy = options.policies.duplicates;
    let mut judgement = duplicates::judge(&groups, policy);
    let united = doubles::unite(folder, &mut index, &mut judgement).map_err(disk)?;
    let names = stream.input_names();
    if let (Some(files), Some(folder)) = (&mut files, folder) {
        let mut parts = Parts::of(folder);
        for loser in &judgement.losers {
            let place = index.get(loser.user).map_err(disk)?;
            let lives_on = (policy == Duplicates::Merge).then(|| united.heirs.contains_key(&loser.user));
            let aside = doubles::describe(loser, &place, lives_on, &mut parts, &mut index).map_err(disk)?;
            let name = names.get(place.input as usize).map_or("", |name| name);
            let line = commit::line(name, place.record, place.byte, &aside);
            writeln!(files.set_aside, "{line}").map_err(disk)?;
        }
    }
    for loser in &judgement.losers {
        *causes.entry(loser.key.code()).or_default() += 1;
        counts.set_aside += 1;
    }
    let (lanes, packed) = count_lanes(&mut index, &judgement).map_err(disk)?;
    // What was read of one input is what was read.
    if names.len() > 1 {
        inputs.resize(names.len(), InputCounters::default());
        for (input, name) in inputs.iter_mut().zip(names) {
            input.input = name.to_string();
        }
        count_inputs(&mut inputs, &mut index, &judgement).map_err(disk)?;
    } else {
        inputs.clear();
    }
    let removed: Vec<u64> = removed(&judgement).into_iter().collect();
    let Compacted { parts } = pack::compact(folder, &mut index, packed_parts, &removed, united.users)?;
    let in_parts: u64 = parts.values().map(|part| u64::from(part.size.users)).sum();
    if in_parts != packed || counts.read != packed + counts.set_aside + counts.left {
        return Err(PrepareError::Miscounted(format!(
            "read {}, packed {packed}, in parts {in_parts}, set aside {}, left {}",
            counts.read, counts.set_aside, counts.left
        )));
    }
    if let Some(files) = &mut files {
        files.flush()?;
    }
    if let (Some(files), Some(folder)) = (files, folder) {
        let gone: BTreeSet<u64> = judgement.losers.iter().map(|loser| loser.user).collect();
        let mut linking = io::BufWriter::new(folder.create_file(&folder.file("linking.ndjson"))?);
        sidecar_lines::links(files.linking, &gone, &united.heirs, &mut linking).map_err(disk)?;
        let mut spilled = io::BufWriter::new(folder.create_file(&folder.file("spilled.ndjson"))?);
        sidecar_lines::all(files.spilled, &gone, &united.heirs, &mut spilled).map_err(disk)?;
        for line in &united.spilled {
            writeln!(spilled, "{line}").map_err(disk)?;
        }
        linking.flush().and_then(|()| spilled.flush()).map_err(disk)?;
    }
    let selection = &options.selection;
    let missing = match &selection.uids {
        // Whoever reads no further than a limit cannot tell who is not there.
        Some(uids) if selection.limit.is_none() => uids.len().saturating_sub(counts.found.len()) as u64,
        _ => 0,
    };
    let mut report = report(counts, causes, &noticed.tallies, lanes, packed, &parts);
    if missing > 0 {
        report.warnings.insert("uid_not_found".to_owned(), missing);
    }
    report.inputs = inputs;
    report.profile = noticed.profile;
    report.accepted.clone_from(&options.accepted);
    report.troubles =
        stream.troubles().iter().map(|trouble| format!("{}: {}", trouble.input, trouble.reason)).collect();
    report.seconds.insert("read_map_screen_pack".to_owned(), read_seconds);
    if let Some(folder) = folder {
        report.run = folder.name();
        report.retry_of = options.retry.as_ref().map(|retry| retry.of.clone());
        let digests = digests(folder, &parts, options.threads.max(1)).map_err(disk)?;
        let manifest = Manifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            prepared: jiff::Timestamp::now().to_string(),
            inputs: stream.inputs(),
            kind: options.kind,
            read: options.read,
            mapping: blake3::hash(options.document.as_bytes()).to_hex().to_string(),
            policies: options.policies.record(),
            target: None,
            orders: options.orders.clone(),
            retry: options.retry.clone(),
            parts: parts
                .iter()
                .zip(digests)
                .map(|((&number, part), blake3)| Part {
                    number,
                    users: part.size.users,
                    bytes: part.size.bytes,
                    blake3,
                })
                .collect(),
        };
        folder.write_whole(MAPPING, options.document.as_bytes())?;
        report.seconds.insert("prepare".to_owned(), started.elapsed().as_secs_f64());
        let text = serde_json::to_vec_pretty(&report).unwrap_or_default();
        folder.write_whole("report.json", &text)?;
        // A folder with a manifest is a run, so it comes last: whatever else a run has is there.
        let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
        folder.write_whole("manifest.json", &text)?;
    }
    report.seconds.entry("prepare".to_owned()).or_insert_with(|| started.elapsed().as_secs_f64());
    Ok(Prepared { report, troubles: stream.troubles().to_vec() })
}

/// Users that leave their places: losers, and the winners that become part of a merged user.
fn removed(judgement: &Judgement) -> BTreeSet<u64> {
    judgement
        .losers
        .iter()
        .map(|loser| loser.user)
        .chain(judgement.merged.iter().flatten().copied())
        .collect()
}

/// Lanes of the users that stay, and their number. A merged user goes the way of its best password.
fn count_lanes(index: &mut Index, judgement: &Judgement) -> io::Result<(Lanes, u64)> {
    let mut lanes = Lanes::default();
    let mut packed = 0;
    let mut count = |lane: u8| {
        packed += 1;
        *match lane {
            lane if lane == Lane::Hash.number() => &mut lanes.hash,
            lane if lane == Lane::Lazy.number() => &mut lanes.lazy,
            lane if lane == Lane::Social.number() => &mut lanes.social,
            _ => &mut lanes.reset,
        } += 1;
    };
    for users in &judgement.merged {
        let of_users: io::Result<Vec<u8>> = users.iter().map(|user| Ok(index.get(*user)?.lane)).collect();
        count(of_users?.into_iter().min().unwrap_or(Lane::Reset.number()));
    }
    let removed: Vec<u64> = removed(judgement).into_iter().collect();
    index.each(|user, place| {
        if removed.binary_search(&user).is_err() {
            count(place.lane);
        }
        Ok(())
    })?;
    Ok((lanes, packed))
}

/// Adds to each input its users that stay, and those that lost to a double.
fn count_inputs(inputs: &mut [InputCounters], index: &mut Index, judgement: &Judgement) -> io::Result<()> {
    let of = |inputs: &mut [InputCounters], place: &Place, count: fn(&mut InputCounters)| {
        if let Some(input) = inputs.get_mut(place.input as usize) {
            count(input);
        }
    };
    for loser in &judgement.losers {
        of(inputs, &index.get(loser.user)?, |input| input.set_aside += 1);
    }
    for users in &judgement.merged {
        of(inputs, &index.get(users.first().copied().unwrap_or(0))?, |input| input.packed += 1);
    }
    let removed: Vec<u64> = removed(judgement).into_iter().collect();
    index.each(|user, place| {
        if removed.binary_search(&user).is_err() {
            of(inputs, place, |input| input.packed += 1);
        }
        Ok(())
    })
}

fn report(
    counts: super::batch::Counts,
    causes: HashMap<&'static str, u64>,
    tallies: &[Tally],
    lanes: Lanes,
    packed: u64,
    parts: &BTreeMap<u32, Packed>,
) -> Report {
    let cause = |(code, count): (&&'static str, &u64)| Cause {
        code: (*code).to_owned(),
        stage: crate::codes::code(code).map_or("screen", |code| code.stage).to_owned(),
        count: *count,
    };
    let by_count = |causes: &mut Vec<Cause>| {
        causes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)))
    };
    let mut set_aside: Vec<Cause> = causes.iter().map(cause).collect();
    by_count(&mut set_aside);
    let mut mended: Vec<Cause> = counts.mended.iter().map(cause).collect();
    by_count(&mut mended);
    let mut passwords: Vec<Unmovable> = counts
        .passwords
        .into_iter()
        .map(|((code, reason), count)| Unmovable { code: code.to_owned(), reason, count })
        .collect();
    passwords
        .sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.code, &a.reason).cmp(&(&b.code, &b.reason))));
    let mut paths: BTreeMap<String, u64> = counts.not_moved.into_iter().collect();
    let mut warnings = BTreeMap::new();
    if counts.without_id > 0 {
        warnings.insert("without_id".to_owned(), counts.without_id);
    }
    for tally in tallies {
        for (path, count) in &tally.not_moved {
            *paths.entry(path.clone()).or_default() += count;
        }
        for (name, count) in tally.warnings() {
            if count > 0 {
                *warnings.entry(name.to_owned()).or_default() += count;
            }
        }
    }
    let mut not_moved: Vec<NotMoved> =
        paths.into_iter().map(|(path, count)| NotMoved { path, count }).collect();
    not_moved.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
    Report {
        counters: Counters {
            read: Some(counts.read),
            mapped: Some(counts.mapped),
            fixed: Some(counts.fixed),
            set_aside: Some(counts.set_aside),
            left: Some(counts.left),
            packed: Some(packed),
            not_selected: (counts.not_selected > 0).then_some(counts.not_selected),
            ..Counters::default()
        },
        lanes: Some(Lanes { lazy: lanes.lazy + counts.left, ..lanes }),
        causes: set_aside,
        mended,
        passwords,
        not_moved,
        parts: Some(parts.len() as u64),
        bytes: Some(parts.values().map(|part| part.size.bytes).sum()),
        estimates: estimates(packed),
        warnings,
        ..Report::default()
    }
}

/// BLAKE3 of every part, in the order of their numbers.
fn digests(folder: &RunFolder, parts: &BTreeMap<u32, Packed>, threads: usize) -> io::Result<Vec<String>> {
    let parts: Vec<(&u32, &Packed)> = parts.iter().collect();
    let share = parts.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = parts
            .chunks(share)
            .map(|share| {
                scope.spawn(move || {
                    let mut buffer = Vec::new();
                    let digests =
                        share.iter().map(|(number, part)| digest(folder, **number, part, &mut buffer));
                    digests.collect::<io::Result<Vec<String>>>()
                })
            })
            .collect();
        let all: io::Result<Vec<Vec<String>>> = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err(io::Error::other("a worker broke"))))
            .collect();
        Ok(all?.into_iter().flatten().collect())
    })
}

/// Most of a part was digested when it was packed; the rest is read.
fn digest(folder: &RunFolder, number: u32, part: &Packed, buffer: &mut Vec<u8>) -> io::Result<String> {
    let mut file = None;
    let digest = part.leaves.digest(part.size.bytes, buffer, |start, buffer| {
        let file = match &mut file {
            Some(file) => file,
            none => none.insert(File::open(folder.part(number))?),
        };
        file.read_exact_at(buffer, start)
    })?;
    Ok(digest.to_hex().to_string())
}
