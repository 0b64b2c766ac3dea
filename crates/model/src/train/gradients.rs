//! Gradients of a batch, layer by layer, so that whoever wants a step to end waits for a part of a layer's work and no more.

use super::moments::Gradients;
use super::network::Look;
use super::{Network, Pack};
use crate::Error;
use candle_core::backprop::GradStore;
use candle_core::{Tensor, Var};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Looks at a flag.
pub fn unless(cancel: &AtomicBool) -> impl Fn() -> Result<(), Error> + '_ {
    || match cancel.load(Ordering::Relaxed) {
        true => Err(Error::Cancelled),
        false => Ok(()),
    }
}

/// Nats of a scored token over all packs, and its gradient.
///
/// # Errors
/// [`Error::Cancelled`] if the flag is raised; as [`Network::nats`].
pub fn gradients(network: &Network, packs: &[Pack], cancel: &AtomicBool) -> Result<(f64, Gradients), Error> {
    gradients_unless(network, packs, &unless(cancel))
}

/// As [`gradients`]; `look` is asked before the work of each layer, on the way up and on the way down.
fn gradients_unless(network: &Network, packs: &[Pack], look: Look) -> Result<(f64, Gradients), Error> {
    let scored: usize = packs.iter().map(|pack| pack.scored.len()).sum();
    let mut sums: Gradients =
        network.parameters().iter().map(|(name, weight)| (name.clone(), vec![0.0; weight.elem_count()])).collect();
    let mut nats = 0.0;
    for pack in packs.iter().filter(|pack| !pack.scored.is_empty()) {
        nats += descend(network, pack, 1.0 / scored as f64, look, &mut |slopes| add(network, slopes, &mut sums))?;
    }
    Ok((nats, sums))
}

fn add(network: &Network, slopes: &GradStore, sums: &mut Gradients) -> Result<(), Error> {
    for (weight, sum) in network.parameters().values().zip(sums.values_mut()) {
        let Some(slope) = slopes.get(weight) else { continue };
        let slope = slope.flatten_all()?.to_vec1::<f32>()?;
        sum.iter_mut().zip(slope).for_each(|(sum, slope)| *sum += slope);
    }
    Ok(())
}

/// A share of a pack's nats; `hear` is told their gradient in as many parts as the network has layers and ends.
fn descend(
    network: &Network,
    pack: &Pack,
    share: f64,
    look: Look,
    hear: &mut dyn FnMut(&GradStore) -> Result<(), Error>,
) -> Result<f64, Error> {
    let lengths = Arc::new(pack.lengths.clone());
    // What a layer gave, and what the next one read: the same numbers, with no way back from the one to the other.
    let mut joints: Vec<(Tensor, Tensor)> = Vec::new();
    let joint = |x: Tensor| Ok::<_, Error>((x.clone(), apart(x)?));
    joints.push(joint(network.enter(pack)?)?);
    for layer in 0..network.layers() {
        look()?;
        let Some((_, inlet)) = joints.last() else { break };
        joints.push(joint(network.layer(layer, inlet, &lengths)?)?);
    }
    look()?;
    let Some((_, inlet)) = joints.last() else { return Ok(0.0) };
    let loss = (network.leave(inlet, pack)? * share)?;
    let nats = f64::from(loss.to_scalar::<f32>()?);
    let mut slopes = loss.backward()?;
    drop(loss);
    hear(&slopes)?;
    while let Some((outlet, inlet)) = joints.pop() {
        // Below what learns nothing there is no slope.
        let Some(slope) = slopes.remove(&inlet).filter(|_| outlet.track_op()) else { break };
        look()?;
        // The sum's gradient of the outlet is the slope.
        slopes = (outlet * slope.detach())?.sum_all()?.backward()?;
        hear(&slopes)?;
    }
    Ok(nats)
}

/// The same numbers as a beginning of their own, if anything before them learns.
fn apart(x: Tensor) -> Result<Tensor, Error> {
    match x.track_op() {
        true => Ok(Var::from_tensor(&x)?.into_inner()),
        false => Ok(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::first_weights;
    use crate::train::ops::Place;
    use crate::voice::STYLES;
    use crate::{Checkpoint, Config, Method, Voice};
    use std::cell::Cell;
    use std::collections::BTreeMap;

    fn pack(from: u16) -> Pack {
        let mut pack = Pack::default();
        for at in 0..3 {
            // A style is read before the music.
            let style = STYLES.iter().flat_map(|(_, ids)| ids.clone().map(|id| id as u16));
            let ids: Vec<u16> = style.chain((0..9 + at).map(|place| 8 + from + (place * 7 + at) % 23)).collect();
            pack.add(&ids, 1);
        }
        pack
    }

    fn base() -> Checkpoint {
        let config = Config::tiny();
        Checkpoint { weights: first_weights(&config, 3), config, metadata: BTreeMap::new() }
    }

    fn adapting(method: Method) -> Network {
        let mut voice = Voice::begin(&Config::tiny(), method, 5).unwrap();
        let numbers = voice.weights.values_mut().flat_map(|weight| &mut weight.data).enumerate();
        numbers.for_each(|(place, number)| *number += ((place * 31 % 17) as f32 - 8.0) / 200.0);
        Network::adapting(&base(), &voice, Place::Processor).unwrap()
    }

    const METHODS: [Method; 5] = [
        Method::Lora { rank: 2, from: 0 },
        Method::Lora { rank: 2, from: 1 },
        Method::Top { layers: 1 },
        Method::Prefix,
        Method::Full,
    ];

    #[test]
    fn layer_by_layer_is_what_the_whole_network_gives() {
        for method in METHODS {
            let network = adapting(method);
            let packs = [pack(0), pack(40)];
            let (nats, parts) = gradients(&network, &packs, &AtomicBool::new(false)).unwrap();
            let scored = packs.iter().map(|pack| pack.scored.len()).sum::<usize>() as f64;
            let whole = packs.iter().map(|pack| network.nats(pack).unwrap()).reduce(|one, next| (one + next).unwrap());
            let whole = (whole.unwrap() / scored).unwrap();
            assert!((f64::from(whole.to_scalar::<f32>().unwrap()) - nats).abs() < 1e-5);
            let slopes = whole.backward().unwrap();
            for (name, weight) in network.parameters() {
                let whole = slopes.get(weight).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
                let size = whole.iter().map(|slope| slope.abs()).fold(0.0, f32::max);
                let apart = whole.iter().zip(&parts[name]).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
                assert!(size > 0.0 && apart <= 1e-5 * size.max(1e-3), "{method:?} {name}: {apart} of {size}");
            }
        }
    }

    #[test]
    fn it_is_looked_before_the_work_of_every_layer_both_ways_and_nothing_is_done_after_a_no() {
        let layers = Config::tiny().num_hidden_layers;
        for method in METHODS {
            let network = adapting(method);
            let looks = |no: usize| {
                let asked = Cell::new(0);
                let look = || {
                    asked.set(asked.get() + 1);
                    if asked.get() > no { Err(Error::Cancelled) } else { Ok(()) }
                };
                let ended = gradients_unless(&network, &[pack(0), pack(40)], &look);
                (asked.get(), ended.is_ok())
            };
            // Up through all layers and the head, and down as far as anything learns.
            let down = match method {
                Method::Lora { from, .. } => layers - from,
                Method::Top { layers } => layers,
                Method::Prefix | Method::Full => layers + 1,
            };
            let (whole, done) = looks(usize::MAX);
            assert_eq!((whole, done), (2 * (layers + 1 + down), true), "{method:?}");
            for no in 0..whole {
                assert_eq!(looks(no), (no + 1, false), "{method:?}");
            }
        }
    }
}
