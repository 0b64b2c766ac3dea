//! The order in which measures are played: repeats, endings, da capo and dal segno.

use std::collections::BTreeMap;

/// What a measure's bar lines and signs say about the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Another movement begins here: jumps and repeats stay within their own.
    pub movement: bool,
    /// A repeat begins here.
    pub forward: bool,
    /// How often the repeat that ends here is played in all; 0 where none ends.
    pub backward: u32,
    /// The passes of the ending that begins here; none where none begins, empty where it does not say.
    pub ending: Option<Vec<u32>>,
    /// An ending ends here.
    pub ending_end: bool,
    pub jumps: Option<Box<Jumps>>,
}

/// Jumps and their goals. Labels are empty where the file has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Jumps {
    pub da_capo: bool,
    pub dal_segno: Option<String>,
    pub segno: Option<String>,
    pub to_coda: Option<String>,
    pub coda: Option<String>,
    pub fine: bool,
}

impl Jumps {
    /// Whether one begins here.
    pub fn is_taken(&self) -> bool {
        self.da_capo || self.dal_segno.is_some()
    }
}

/// A measure that is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Played {
    pub bar: usize,
    /// Which time through its repeat it is, from 1.
    pub pass: u32,
    /// Which time in all, from 0: so many verses have been sung.
    pub turn: usize,
}

impl Played {
    /// A measure that is played once.
    pub fn once(bar: usize) -> Played {
        Played { bar, pass: 1, turn: 0 }
    }
}

/// More often than this no measure is played on the average.
const MOST: usize = 20;

/// The order in which measures are played; none if they are played so often that nobody means it.
pub(crate) fn order(marks: &[&Marks]) -> Option<Vec<Played>> {
    let mut played = Vec::new();
    let mut from = 0;
    while from < marks.len() {
        let next = (from + 1..marks.len()).find(|&at| marks[at].movement).unwrap_or(marks.len());
        let movement = order_movement(&marks[from..next])?;
        played.extend(movement.into_iter().map(|played| Played { bar: from + played.bar, ..played }));
        from = next;
    }
    let mut turns = vec![0; marks.len()];
    for played in &mut played {
        played.turn = turns[played.bar];
        turns[played.bar] += 1;
    }
    Some(played)
}

fn order_movement(marks: &[&Marks]) -> Option<Vec<Played>> {
    let endings = endings(marks);
    let mut begins = vec![None; marks.len()];
    endings.iter().enumerate().for_each(|(number, ending)| begins[ending.from] = Some(number));
    let mut walk = Walk {
        marks,
        endings: &endings,
        begins,
        repeats: vec![Repeat::implied(0)],
        segnos: goals(marks, |jumps| &jumps.segno),
        codas: goals(marks, |jumps| &jumps.coda),
        inside: None,
        jumped: false,
    };
    let mut taken = vec![false; marks.len()];
    let (mut played, mut at) = (Vec::new(), 0);
    while at < marks.len() {
        let Some(pass) = walk.enter(&mut at) else { continue };
        if played.len() >= MOST * marks.len() + 1000 {
            return None;
        }
        played.push(Played { pass, ..Played::once(at) });
        let jumps = marks[at].jumps.as_deref();
        if walk.jumped && jumps.is_some_and(|jumps| jumps.fine) {
            break;
        }
        let goal = jumps.filter(|_| !taken[at]).and_then(|jumps| walk.jump(jumps));
        at = match (walk.leave(at), goal) {
            (None, Some(goal)) => {
                taken[at] = true;
                walk.land(goal);
                goal
            }
            (back, _) => back.unwrap_or(at + 1),
        };
    }
    Some(played)
}

/// The first measure that has each label of a goal.
fn goals<'a>(marks: &[&'a Marks], label: fn(&Jumps) -> &Option<String>) -> BTreeMap<&'a str, usize> {
    let mut found = BTreeMap::new();
    for (at, mark) in marks.iter().enumerate() {
        if let Some(label) = mark.jumps.as_deref().and_then(|jumps| label(jumps).as_deref()) {
            found.entry(label).or_insert(at);
        }
    }
    found
}

/// A repeat that is being played.
#[derive(Debug, Clone, Copy)]
struct Repeat {
    from: usize,
    pass: u32,
    /// Whether it has a sign at its beginning.
    stated: bool,
}

impl Repeat {
    /// What is repeated from here, if nothing else is.
    fn implied(from: usize) -> Repeat {
        Repeat { from, pass: 1, stated: false }
    }
}

/// An ending: its measures, its passes, and the last pass of the endings that belong together.
#[derive(Debug)]
struct Ending {
    from: usize,
    to: usize,
    passes: Vec<u32>,
    last: u32,
}

struct Walk<'a> {
    marks: &'a [&'a Marks],
    endings: &'a [Ending],
    /// Which ending begins at each measure.
    begins: Vec<Option<usize>>,
    /// Repeats within repeats; the first one is implied at the beginning and after every repeat.
    repeats: Vec<Repeat>,
    /// The goals of jumps by their labels.
    segnos: BTreeMap<&'a str, usize>,
    codas: BTreeMap<&'a str, usize>,
    /// The ending that is being played, and in which pass it was entered.
    inside: Option<(usize, u32)>,
    /// After da capo or dal segno repeats are not played again, and only last endings are.
    jumped: bool,
}

impl Walk<'_> {
    fn top(&mut self) -> &mut Repeat {
        if self.repeats.is_empty() {
            self.repeats.push(Repeat::implied(0));
        }
        let last = self.repeats.len() - 1;
        &mut self.repeats[last]
    }

    /// Begins a measure: answers the pass, or moves on beyond an ending that is not for this pass.
    fn enter(&mut self, at: &mut usize) -> Option<u32> {
        let here = *at;
        if self.inside.is_some_and(|(ending, _)| !(self.endings[ending].from..=self.endings[ending].to).contains(&here))
        {
            self.inside = None;
        }
        if let Some(number) = self.begins[here].filter(|number| self.inside.is_none_or(|inside| inside.0 != *number)) {
            let ending = &self.endings[number];
            let pass = if self.jumped { ending.last } else { self.top().pass };
            // A repeat within the ending may go back to its beginning: that it is played has been decided then.
            let within = self.top().stated && self.top().from == here;
            if !within && !ending.passes.contains(&pass) {
                *at = ending.to + 1;
                return None;
            }
            self.inside = Some((number, pass));
            if !within && pass >= ending.last && self.marks[ending.to].backward == 0 {
                // The last ending: the repeat is over before it begins, so that another may begin within it.
                self.over(ending.to + 1);
            }
        }
        let again = self.top().from == here && self.top().stated;
        if self.marks[here].forward && !again && !self.jumped {
            self.repeats.push(Repeat { from: here, pass: 1, stated: true });
        }
        let pass = self.top().pass;
        Some(self.inside.map_or(pass, |inside| inside.1))
    }

    /// The innermost repeat is over; what has no beginning of its own begins at `next` from now on.
    fn over(&mut self, next: usize) {
        if self.repeats.len() > 1 {
            self.repeats.pop();
        }
        if let [first] = &mut self.repeats[..]
            && self.inside.is_none_or(|(ending, _)| self.endings[ending].to < next)
        {
            *first = Repeat::implied(next);
        }
    }

    /// Ends a measure: where a repeat goes back to.
    fn leave(&mut self, at: usize) -> Option<usize> {
        let times = self.marks[at].backward;
        if times == 0 || self.jumped {
            return None;
        }
        let of_ending = self.inside.map(|(ending, _)| &self.endings[ending]).filter(|ending| ending.to == at);
        let times = of_ending.map_or(times, |ending| times.max(ending.last));
        let repeat = self.top();
        if repeat.pass >= times {
            self.over(at + 1);
            return None;
        }
        repeat.pass += 1;
        let from = repeat.from;
        self.inside = self.inside.filter(|(ending, _)| self.endings[*ending].from <= from);
        Some(from)
    }

    /// Where a jump goes.
    fn jump(&self, jumps: &Jumps) -> Option<usize> {
        let find =
            |goals: &BTreeMap<&str, usize>, label: &str| goals.get(label).or_else(|| goals.values().min()).copied();
        match jumps {
            Jumps { to_coda: Some(label), .. } if self.jumped => find(&self.codas, label),
            Jumps { da_capo: true, .. } => Some(0),
            Jumps { dal_segno: Some(label), .. } => find(&self.segnos, label),
            _ => None,
        }
    }

    fn land(&mut self, goal: usize) {
        (self.repeats, self.inside, self.jumped) = (vec![Repeat::implied(goal)], None, true);
    }
}

/// The endings in order. One that closes before its repeat does goes on to the repeat; those that follow each other
/// belong together, and where they do not say their passes they count them.
fn endings(marks: &[&Marks]) -> Vec<Ending> {
    let mut endings: Vec<Ending> = Vec::new();
    for (from, mark) in marks.iter().enumerate() {
        let Some(passes) = &mark.ending else { continue };
        let until = (from + 1..marks.len()).find(|&at| marks[at].ending.is_some()).unwrap_or(marks.len());
        let close = |sign: fn(&Marks) -> bool| (from..until).find(|&at| sign(marks[at]));
        let closed = close(|mark| mark.ending_end).or_else(|| close(|mark| mark.backward > 0)).unwrap_or(from);
        let fits = until < marks.len() && until - closed <= 4 && marks[until - 1].backward > 0;
        let late = fits && marks[closed].backward == 0 && !marks[closed + 1..until].iter().any(|mark| mark.forward);
        let to = if late { until - 1 } else { closed };
        endings.push(Ending { from, to, passes: passes.clone(), last: 0 });
    }
    let mut first = 0;
    while first < endings.len() {
        let mut end = first + 1;
        while end < endings.len() && endings[end].from == endings[end - 1].to + 1 {
            end += 1;
        }
        let group = &mut endings[first..end];
        for (number, ending) in (1..).zip(group.iter_mut()) {
            if ending.passes.is_empty() {
                ending.passes.push(number);
            }
        }
        let last = group.iter().flat_map(|ending| ending.passes.iter().copied()).max().unwrap_or(1);
        group.iter_mut().for_each(|ending| ending.last = last);
        first = end;
    }
    endings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measures as words: `|:` and `:|` (`:|3` three times), `[1,2` and `]` around endings, `DC`, `DS`, `S`, `>O` to
    /// the coda, `O`, `F` for fine, `M` for a movement.
    fn played(text: &str) -> String {
        let mut marks = Vec::new();
        for word in text.split_whitespace() {
            let mut mark = Marks::default();
            for sign in word.split('.') {
                let mut jumps = mark.jumps.take().map(|jumps| *jumps).unwrap_or_default();
                match sign {
                    "|:" => mark.forward = true,
                    "]" => mark.ending_end = true,
                    "DC" => jumps.da_capo = true,
                    "DS" => jumps.dal_segno = Some(String::new()),
                    "S" => jumps.segno = Some(String::new()),
                    ">O" => jumps.to_coda = Some(String::new()),
                    "M" => mark.movement = true,
                    "O" => jumps.coda = Some(String::new()),
                    "F" => jumps.fine = true,
                    _ if sign.starts_with(":|") => mark.backward = sign[2..].parse().unwrap_or(2),
                    _ if sign.starts_with('[') => {
                        mark.ending = Some(sign[1..].split(',').filter_map(|pass| pass.parse().ok()).collect());
                    }
                    _ => {}
                }
                mark.jumps = (jumps != Jumps::default()).then(|| Box::new(jumps));
            }
            marks.push(mark);
        }
        let marks: Vec<&Marks> = marks.iter().collect();
        let order = order(&marks).unwrap();
        order.iter().map(|played| char::from(b'a' + played.bar as u8)).collect()
    }

    #[test]
    fn repeats_and_endings() {
        assert_eq!(played("x x x"), "abc");
        assert_eq!(played("x :| x"), "ababc");
        assert_eq!(played("x |:.:|3 x"), "abbbc");
        assert_eq!(played("x :| |: :| x"), "ababcdcde");
        assert_eq!(played("x :| x :|"), "ababcdcd");
        assert_eq!(played("x [1.].:| [2.] x"), "abacd");
        assert_eq!(played("x [1,2.].:| [3.] x"), "ababacd");
        assert_eq!(played("x [.].:| [.] x"), "abacd");
        assert_eq!(played("x [1 ].:| x"), "abcad");
        // A first ending without a second: the second time goes on behind it.
        assert_eq!(played("x |: [1.].:| x"), "abcbd");
    }

    #[test]
    fn repeats_within_repeats() {
        assert_eq!(played("|: |: :| :| x"), "abcbcdabcbcde");
        assert_eq!(played("x [1 |:.:| ].:| |:.[2.:| ] x"), "abccdaeefg");
        assert_eq!(played("x |: [1.].:| [2.].|: :| x"), "abcbdedef");
    }

    #[test]
    fn endings_of_many_passes() {
        assert_eq!(played("x [1.].:| [2 x ].:| [3,5.].:| [4.].:| [6.] x"), "abacdeafagafahi");
    }

    #[test]
    fn jumps() {
        assert_eq!(played("x F DC"), "abcab");
        assert_eq!(played("x S F DS x"), "abcdbc");
        assert_eq!(played("x S >O DS O x"), "abcdbcef");
        assert_eq!(played("x F DC M x.:| M.F DC x"), "abcabdedefgf");
        // Repeats are not played again after the jump, and the last ending is.
        assert_eq!(played("x [1.].:| [2.] DC"), "abacdacd");
    }

    #[test]
    fn what_never_ends_is_refused() {
        let mark = Marks { backward: 1_000_000, ..Marks::default() };
        assert_eq!(order(&[&mark]), None);
    }
}
