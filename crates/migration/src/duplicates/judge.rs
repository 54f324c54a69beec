//! Which of the users that share an identifier stay.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fingerprints::{Group, Key, Member};
use crate::screen::Duplicates;

/// A user that does not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loser {
    /// Number of the user in the order of packing.
    pub user: u64,
    /// The identifier that it shares.
    pub key: Key,
    /// The user that it is set aside for; itself when all that share the identifier are set aside.
    pub winner: u64,
    /// Whether the winner logged in later; otherwise it only comes first.
    pub later: bool,
}

/// The judgement on all groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Users that do not stay, in the order of packing.
    pub losers: Vec<Loser>,
    /// Users that become one, the latest login first.
    pub merged: Vec<Vec<u64>>,
}

/// Judges groups by policy. The same groups always give the same judgement.
#[must_use]
pub fn judge(groups: &[Group], policy: Duplicates) -> Judgement {
    match policy {
        Duplicates::KeepLatest => keep_latest(groups),
        Duplicates::SetAside => set_aside(groups),
        Duplicates::Merge => unite(groups),
    }
}

/// All users of all groups, the latest login first, in the order of packing where logins are equal.
fn by_login(groups: &[Group]) -> Vec<Member> {
    let members: BTreeMap<u64, Member> =
        groups.iter().flat_map(|group| &group.members).map(|member| (member.user, *member)).collect();
    let mut members: Vec<Member> = members.into_values().collect();
    members.sort_by_key(|member| (std::cmp::Reverse(member.last_login), member.user));
    members
}

/// Every user takes its identifiers in the order of logins; who finds one taken is out, and takes none.
fn keep_latest(groups: &[Group]) -> Judgement {
    let mut of_user: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        for member in &group.members {
            of_user.entry(member.user).or_default().push(index);
        }
    }
    let mut taken: HashMap<usize, Member> = HashMap::new();
    let mut losers = Vec::new();
    for member in by_login(groups) {
        let groups_of = of_user.get(&member.user).map(Vec::as_slice).unwrap_or_default();
        let known = groups_of.iter().filter_map(|index| Some((groups[*index].key, *taken.get(index)?)));
        let first = known.min_by_key(|(key, winner)| (*key, winner.user));
        match first {
            Some((key, winner)) => {
                let later = winner.last_login > member.last_login;
                losers.push(Loser { user: member.user, key, winner: winner.user, later });
            }
            None => taken.extend(groups_of.iter().map(|&index| (index, member))),
        }
    }
    losers.sort_by_key(|loser| loser.user);
    Judgement { losers, merged: Vec::new() }
}

fn set_aside(groups: &[Group]) -> Judgement {
    let mut losers: BTreeMap<u64, Key> = BTreeMap::new();
    for group in groups {
        for member in &group.members {
            let key = losers.entry(member.user).or_insert(group.key);
            *key = (*key).min(group.key);
        }
    }
    let losers =
        losers.into_iter().map(|(user, key)| Loser { user, key, winner: user, later: false }).collect();
    Judgement { losers, merged: Vec::new() }
}

/// Users that are linked by any chain of shared identifiers become one.
fn unite(groups: &[Group]) -> Judgement {
    let members = by_login(groups);
    let rank: HashMap<u64, usize> =
        members.iter().enumerate().map(|(rank, member)| (member.user, rank)).collect();
    let mut parent: Vec<usize> = (0..members.len()).collect();
    let mut key_of: HashMap<u64, Key> = HashMap::new();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for group in groups {
        for member in &group.members {
            let key = key_of.entry(member.user).or_insert(group.key);
            *key = (*key).min(group.key);
            let left = root(&mut parent, rank[&group.members[0].user]);
            let right = root(&mut parent, rank[&member.user]);
            parent[left.max(right)] = left.min(right);
        }
    }
    let mut clusters: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for at in 0..members.len() {
        let root = root(&mut parent, at);
        clusters.entry(root).or_default().insert(at);
    }
    let mut judgement = Judgement::default();
    for cluster in clusters.into_values() {
        let users: Vec<u64> = cluster.iter().map(|&at| members[at].user).collect();
        let winner = users[0];
        for &user in &users[1..] {
            judgement.losers.push(Loser { user, key: key_of[&user], winner, later: false });
        }
        judgement.merged.push(users);
    }
    judgement.losers.sort_by_key(|loser| loser.user);
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(key: Key, members: &[(u64, i64)]) -> Group {
        Group {
            key,
            members: members.iter().map(|&(user, last_login)| Member { user, last_login }).collect(),
        }
    }

    fn users(judgement: &Judgement) -> Vec<u64> {
        judgement.losers.iter().map(|loser| loser.user).collect()
    }

    #[test]
    fn the_latest_login_stays_and_a_loser_takes_nobody_with_it() {
        // 2 beats 1 by email; 1 would have beaten 0 by id, but it is out, so 0 stays.
        let groups = [group(Key::UserId, &[(0, 10), (1, 20)]), group(Key::Email, &[(1, 20), (2, 30)])];
        let judgement = keep_latest(&groups);
        assert_eq!(judgement.losers, [Loser { user: 1, key: Key::Email, winner: 2, later: true }]);
        // Equal logins: the first in the input stays.
        let tie = keep_latest(&[group(Key::Email, &[(3, 5), (9, 5)])]);
        assert_eq!(tie.losers, [Loser { user: 9, key: Key::Email, winner: 3, later: false }]);
    }

    #[test]
    fn the_other_policies() {
        let groups = [group(Key::UserId, &[(0, 10), (1, 20)]), group(Key::Email, &[(1, 20), (2, 30)])];
        assert_eq!(users(&set_aside(&groups)), [0, 1, 2]);
        let united = unite(&groups);
        assert_eq!((united.merged.as_slice(), users(&united)), ([vec![2, 1, 0]].as_slice(), vec![0, 1]));
    }
}
