//! One line for every step that holds.

use std::io::{self, Write};
use std::time::Instant;

use anyhow::Context;

use super::shopper::{Exchange, Shopper};

/// Whether somebody leads from step to step.
#[derive(Clone, Copy)]
pub(super) enum Pace {
    /// One step after the other.
    Straight,
    /// A line on standard input before each step.
    StepByStep,
}

/// The steps of a shopper.
pub(super) struct Timeline {
    shopper: Shopper,
    pace: Pace,
    steps: u8,
}

/// What a step found, and what was checked in a few words.
pub(super) type Checked<T = ()> = anyhow::Result<(T, String)>;

impl Timeline {
    pub(super) fn new(shopper: Shopper, pace: Pace) -> Self {
        Self { shopper, pace, steps: 0 }
    }

    /// Takes the next step and tells of it.
    ///
    /// # Errors
    /// When it does not hold: which step, what was expected and what came.
    pub(super) async fn step<T>(
        &mut self,
        name: &str,
        act: impl AsyncFnOnce(&mut Shopper) -> Checked<T>,
    ) -> anyhow::Result<T> {
        self.steps += 1;
        self.wait()?;
        let begun = Instant::now();
        let step = self.steps;
        let (found, checked) = act(&mut self.shopper).await.with_context(|| format!("step {step} ({name})"))?;
        let (exchange, repeats) = self.shopper.take_exchange();
        let exchange = exchange.as_ref().map_or_else(String::new, shown);
        let took = begun.elapsed().as_millis();
        let again = if repeats > 0 { format!(" ({repeats} repeated)") } else { String::new() };
        writeln!(io::stdout(), "[{step:>2}] {exchange:<43} {took:>5} ms  {checked}{again}")?;
        Ok(found)
    }

    fn wait(&self) -> io::Result<()> {
        if let Pace::StepByStep = self.pace {
            writeln!(io::stderr(), "step {} next; press Enter", self.steps)?;
            io::stdin().read_line(&mut String::new())?;
        }
        Ok(())
    }
}

/// Tells between two steps what is left out.
pub(super) fn remark(words: &str) -> io::Result<()> {
    writeln!(io::stdout(), "     {words}")
}

fn shown(exchange: &Exchange) -> String {
    let Exchange { method, path, status } = exchange;
    let path = path.split_once('?').map_or(path.as_str(), |(path, _)| path);
    format!("{:<4} {path:<34} {}", method.as_str(), status.as_u16())
}
