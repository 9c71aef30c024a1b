//! The simulator's cards, as pages offer them.

use domain::DeclineReason;
use gateway::{Behaviour, TEST_CARDS};

use crate::view::{TestCard, TestEffect};

pub(crate) fn all() -> Vec<TestCard> {
    let card = |card: &gateway::TestCard| TestCard {
        number: card.number.to_owned(),
        effect: effect(card.behaviour),
    };
    TEST_CARDS.iter().map(card).collect()
}

/// A few cards that show what can happen.
pub(crate) fn in_a_telephone() -> Vec<TestCard> {
    let shows_enough = |card: &TestCard| {
        matches!(
            card.effect,
            TestEffect::Approved
                | TestEffect::AnswerLost
                | TestEffect::QuestionLost
                | TestEffect::Declined(DeclineReason::InsufficientFunds | DeclineReason::CardBlocked)
        )
    };
    all().into_iter().filter(shows_enough).collect()
}

const fn effect(behaviour: Behaviour) -> TestEffect {
    match behaviour {
        Behaviour::Approve => TestEffect::Approved,
        Behaviour::Challenge => TestEffect::Challenge,
        Behaviour::AuthenticationRefused => TestEffect::AuthenticationRefused,
        Behaviour::AnswerLost => TestEffect::AnswerLost,
        Behaviour::QuestionLost => TestEffect::QuestionLost,
        Behaviour::Decline(reason) => TestEffect::Declined(reason),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Lang, Locales};

    #[test]
    fn what_a_card_does_tells_it_from_the_others() {
        let locales = Locales::load().unwrap();
        for lang in Lang::ALL {
            let texts = locales.texts(lang);
            let mut told = BTreeMap::new();
            for card in all().into_iter().filter(|card| card.effect != TestEffect::Approved) {
                let other = told.insert(texts.get(card.effect.key()), card.number.clone());
                assert_eq!(other, None, "{lang:?}: {} says the same", card.number);
            }
        }
    }
}
