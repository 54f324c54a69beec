//! Which users are compared: the same ones whenever the same run is proved, spread over all parts.

/// For each part the places that are chosen, out of `there` users each; `size` in all, or everybody when there are
/// fewer. Places are evenly spread over the whole run, so a part that is full has as many as its share.
pub(super) fn spread(there: &[usize], size: usize) -> Vec<Vec<usize>> {
    let total: usize = there.iter().sum();
    let size = size.min(total);
    let mut chosen = Vec::with_capacity(there.len());
    let (mut first, mut next) = (0_usize, 0_usize);
    for &users in there {
        let mut places = Vec::new();
        while next < size {
            let at = place(next, size, total);
            if at >= first + users {
                break;
            }
            places.push(at - first);
            next += 1;
        }
        first += users;
        chosen.push(places);
    }
    chosen
}

/// The middle of the `index`-th of `size` equal stretches.
fn place(index: usize, size: usize, total: usize) -> usize {
    let (index, size, total) = (index as u128, size as u128, total as u128);
    usize::try_from((2 * index + 1) * total / (2 * size)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn everybody_when_there_are_few() {
        assert_eq!(spread(&[2, 0, 1], 200), [vec![0, 1], vec![], vec![0]]);
        assert_eq!(spread(&[], 200), Vec::<Vec<usize>>::new());
    }

    proptest! {
        #[test]
        fn as_many_as_asked_for_each_once_and_in_its_part(
            there in proptest::collection::vec(0_usize..400, 0..30),
            size in 0_usize..600,
        ) {
            let chosen = spread(&there, size);
            prop_assert_eq!(chosen.iter().map(Vec::len).sum::<usize>(), size.min(there.iter().sum()));
            for (places, users) in chosen.iter().zip(&there) {
                prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(places.iter().all(|place| place < users));
            }
        }
    }
}
