//! Every sub-state a GoPay shop can meet (gopay.md §9.1), what it means, and how to bring it about.

use domain::DeclineReason;

/// One of the list.
pub(crate) struct SubState {
    pub(crate) code: u16,
    pub(crate) meaning: &'static str,
    /// What the issuer is made to say when a payment is declined for this.
    pub(crate) reason: Option<DeclineReason>,
    pub(crate) way: Way,
}

/// What brings a sub-state about.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// `choose`: the payer has chosen a method and done nothing more.
    Choose(&'static str),
    Pay(&'static str),
    Decline,
    /// Time passes.
    Expire,
    /// The payer cancels.
    Cancel,
    /// The merchant cancels.
    CancelByMerchant,
}

pub(crate) const ONLINE_WAIT: u16 = 101;
pub(crate) const OFFLINE_WAIT: u16 = 102;
pub(crate) const BY_ADVICE: u16 = 3001;
pub(crate) const BY_STATEMENT: u16 = 3002;
pub(crate) const UNCONFIRMED: u16 = 3003;

/// Those that only a payment order has.
pub(crate) const OFFLINE: [u16; 3] = [OFFLINE_WAIT, BY_STATEMENT, UNCONFIRMED];
/// Those that a payment shows by itself when it is there.
pub(crate) const BY_ITSELF: [u16; 5] = [ONLINE_WAIT, OFFLINE_WAIT, BY_ADVICE, BY_STATEMENT, UNCONFIRMED];

impl SubState {
    pub(crate) fn name(&self) -> String {
        format!("_{}", self.code)
    }

    pub(crate) fn is_of_a_transfer(&self) -> bool {
        OFFLINE.contains(&self.code) || self.code == BY_ADVICE
    }
}

pub(crate) fn find(name: &str) -> Option<&'static SubState> {
    let code: u16 = name.strip_prefix('_').unwrap_or(name).parse().ok()?;
    ALL.iter().find(|state| state.code == code)
}

const fn by(code: u16, meaning: &'static str, way: Way) -> SubState {
    SubState { code, meaning, reason: None, way }
}

const fn declined(code: u16, meaning: &'static str, reason: DeclineReason) -> SubState {
    SubState { code, meaning, reason: Some(reason), way: Way::Decline }
}

use DeclineReason as Why;

const SECURE: &str = "refused in the issuer's 3-D Secure system";
const ACCOUNT: &str = "issuer refused: problem with the account of the card";
const UNKNOWN: &str = "known to the clients' lists only, meaning unknown";

/// The list, in its order.
pub(crate) const ALL: &[SubState] = &[
    by(ONLINE_WAIT, "waiting for an online payment", Way::Choose("")),
    by(OFFLINE_WAIT, "waiting for a payment order", Way::Choose("BANK_ACCOUNT")),
    by(BY_ADVICE, "bank payment confirmed by an advice", Way::Pay("BANK_ACCOUNT")),
    by(BY_STATEMENT, "bank payment confirmed by a statement", Way::Pay("BANK_ACCOUNT")),
    by(UNCONFIRMED, "bank payment announced and not confirmed", Way::Pay("BANK_ACCOUNT")),
    by(5001, "approved with zero amount", Way::Pay("")),
    declined(5002, "issuer refused: limits of the card reached", Why::LimitExceeded),
    declined(5003, "issuer refused: problem at the issuer", Why::IssuerUnavailable),
    declined(5004, "issuer refused: problem at the issuer", Why::SuspectedFraud),
    declined(5005, "issuer refused: card blocked", Why::CardBlocked),
    declined(5006, "issuer refused: insufficient funds", Why::InsufficientFunds),
    declined(5007, "issuer refused: card expired", Why::CardExpired),
    declined(5008, "issuer refused: CVC rejected", Why::WrongCvc),
    declined(5009, SECURE, Why::ThreeDSecureFailed),
    declined(5010, ACCOUNT, Why::AccountProblem),
    declined(5011, ACCOUNT, Why::AccountProblem),
    declined(5012, ACCOUNT, Why::AccountProblem),
    declined(5013, ACCOUNT, Why::AccountProblem),
    declined(5014, ACCOUNT, Why::AccountProblem),
    declined(5015, SECURE, Why::ThreeDSecureFailed),
    declined(5016, ACCOUNT, Why::AccountProblem),
    declined(5017, SECURE, Why::ThreeDSecureFailed),
    declined(5018, SECURE, Why::ThreeDSecureFailed),
    declined(5019, SECURE, Why::ThreeDSecureFailed),
    declined(5020, "unknown configuration", Why::TechnicalProblem),
    declined(5021, "issuer refused: limits of the card reached", Why::LimitExceeded),
    declined(5022, "technical problem at the authorisation centre", Why::TechnicalProblem),
    declined(5023, "payment not made", Why::Refused),
    by(5024, "data not entered in time", Way::Expire),
    declined(5025, "not made; the payer was told why", Why::Refused),
    declined(5026, "not made: credits above the paid amount", Why::Refused),
    declined(5027, "not made: user not authorised", Why::Refused),
    declined(5028, "not made: amount above the authorised one", Why::Refused),
    by(5029, "not made yet", Way::Choose("")),
    declined(5030, "not made: entered again", Why::Duplicate),
    declined(5031, "technical problem at the bank", Why::TechnicalProblem),
    declined(5033, "SMS could not be delivered", Why::Refused),
    declined(5035, "region of the card not supported", Why::RegionNotSupported),
    declined(5036, ACCOUNT, Why::CardNotSupported),
    by(5037, "cancelled by the card's holder", Way::Cancel),
    declined(5038, "payment not made", Why::Refused),
    declined(5039, "issuer refused: card blocked", Why::LostOrStolen),
    declined(5040, "duplicate reversal", Why::Duplicate),
    declined(5041, "duplicate transaction", Why::Duplicate),
    declined(5042, "bank refused the transfer", Why::Refused),
    by(5043, "cancelled by the user", Way::CancelByMerchant),
    by(5044, "SMS sent and not delivered yet", Way::Choose("PRSMS")),
    by(5045, "received, credited after Bitcoin is done", Way::Pay("BITCOIN")),
    by(5046, "paid too little", Way::Pay("BANK_ACCOUNT")),
    by(5047, "paid after the due time", Way::Pay("BANK_ACCOUNT")),
    declined(5048, "payer gave no consent", Why::Refused),
    declined(5049, UNKNOWN, Why::Refused),
    declined(5050, UNKNOWN, Why::Refused),
    declined(6001, UNKNOWN, Why::Refused),
    declined(6002, UNKNOWN, Why::Refused),
    declined(6003, UNKNOWN, Why::Refused),
    declined(6004, UNKNOWN, Why::Refused),
    declined(6005, UNKNOWN, Why::Refused),
    declined(6501, UNKNOWN, Why::Refused),
    declined(6502, SECURE, Why::ThreeDSecureFailed),
    declined(6504, SECURE, Why::ThreeDSecureFailed),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_found_by_name() {
        assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert_eq!(ALL.len(), 61);
        for state in ALL {
            assert_eq!(find(&state.name()).unwrap().code, state.code);
        }
        assert!(find("_5032").is_none() && find("_").is_none() && find("x").is_none());
    }
}
