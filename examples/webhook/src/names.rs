//! What desks, tiers and reviews are called in a help desk: `names.toml` and the user's own file.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use deskhand::{Desk, Policy, Tier, Triage};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::help_desk::Product;

/// What holds where the user says nothing.
pub const DEFAULTS: &str = include_str!("../names.toml");

/// The names of all help desks, and the policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    zammad: HelpDeskNames,
    chatwoot: HelpDeskNames,
    freescout: HelpDeskNames,
    pub policy: Policy,
}

/// The names of one help desk.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HelpDeskNames {
    service: Outcome,
    technical: Outcome,
    tier_1: Outcome,
    tier_2: Outcome,
    tier_3: Outcome,
    review: Outcome,
    by_user: Option<u64>,
}

/// What one part of a verdict sets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Outcome {
    group: Option<Group>,
    tags: Vec<String>,
    priority: Option<String>,
}

/// A group of Zammad by name; a team of Chatwoot or a mailbox of FreeScout by number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Group {
    Number(u64),
    Name(String),
}

/// The part of a verdict that decides what is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    desk: Desk,
    tier: Tier,
    review: bool,
}

impl From<&Triage> for Choice {
    fn from(triage: &Triage) -> Self {
        let review = triage.review().is_some();
        Self { desk: triage.desk(), tier: triage.tier(), review }
    }
}

/// What is to be set on a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub group: Option<Group>,
    pub priority: Option<String>,
    pub tags: Vec<String>,
    /// FreeScout's user who moves tickets.
    pub by_user: Option<u64>,
}

impl Plan {
    /// The tags that the ticket does not have.
    pub fn missing<'a>(&'a self, has: &[&str]) -> Vec<&'a str> {
        let tags = self.tags.iter().map(String::as_str);
        tags.filter(|tag| !has.iter().any(|other| other.eq_ignore_ascii_case(tag))).collect()
    }
}

impl Names {
    /// The defaults, and over them the file.
    pub fn read(file: Option<&Path>) -> Result<Self> {
        let Some(file) = file else { return Self::over_defaults("") };
        let text = std::fs::read_to_string(file);
        let text = text.with_context(|| format!("cannot read the names in {}", file.display()))?;
        Self::over_defaults(&text).with_context(|| format!("in {}", file.display()))
    }

    fn over_defaults(text: &str) -> Result<Self> {
        let mut all: Table = DEFAULTS.parse().context("the names that ship are sound")?;
        for (section, own) in text.parse::<Table>()? {
            match (all.get_mut(&section), own) {
                (Some(Value::Table(all)), Value::Table(own)) => all.extend(own),
                (_, own) => drop(all.insert(section, own)),
            }
        }
        let names: Names = all.try_into()?;
        for product in Product::ALL {
            if let Some(names) = names.of(product) {
                names.check(product).with_context(|| format!("section [{}]", product.name()))?;
            }
        }
        Ok(names)
    }

    /// The names of a help desk that can be written to.
    pub fn of(&self, product: Product) -> Option<&HelpDeskNames> {
        match product {
            Product::Zammad => Some(&self.zammad),
            Product::Chatwoot => Some(&self.chatwoot),
            Product::Freescout => Some(&self.freescout),
            Product::Plain => None,
        }
    }
}

impl HelpDeskNames {
    /// What a verdict sets.
    pub fn plan(&self, choice: Choice) -> Plan {
        if choice.review {
            return self.joined(&[&self.review]);
        }
        let desk = match choice.desk {
            Desk::Service => &self.service,
            Desk::Technical => &self.technical,
        };
        let tier = match choice.tier {
            Tier::One => &self.tier_1,
            Tier::Two => &self.tier_2,
            Tier::Three => &self.tier_3,
        };
        self.joined(&[desk, tier])
    }

    /// The later outcome's group and priority win.
    fn joined(&self, outcomes: &[&Outcome]) -> Plan {
        let last_first = || outcomes.iter().rev();
        Plan {
            group: last_first().find_map(|outcome| outcome.group.clone()),
            priority: last_first().find_map(|outcome| outcome.priority.clone()),
            tags: outcomes.iter().flat_map(|outcome| outcome.tags.iter().cloned()).collect(),
            by_user: self.by_user,
        }
    }

    fn outcomes(&self) -> [(&'static str, &Outcome); 6] {
        [
            ("service", &self.service),
            ("technical", &self.technical),
            ("review", &self.review),
            ("tier-1", &self.tier_1),
            ("tier-2", &self.tier_2),
            ("tier-3", &self.tier_3),
        ]
    }

    fn check(&self, product: Product) -> Result<()> {
        for (name, outcome) in self.outcomes() {
            outcome.check(product, self.by_user).with_context(|| format!("at `{name}`"))?;
        }
        for (name, outcome) in &self.outcomes()[..3] {
            ensure!(
                !outcome.tags.is_empty(),
                "`{name}` needs a tag: it tells what was done before"
            );
        }
        Ok(())
    }
}

impl Outcome {
    fn check(&self, product: Product, by_user: Option<u64>) -> Result<()> {
        let named = matches!(self.group, Some(Group::Name(_)));
        let numbered = matches!(self.group, Some(Group::Number(_)));
        ensure!(self.tags.iter().all(|tag| !tag.trim().is_empty()), "a tag is blank");
        match product {
            Product::Zammad => ensure!(!numbered, "give the group's name, in quotes"),
            Product::Chatwoot => {
                ensure!(!named, "give the team's number, without quotes");
                let known = ["low", "medium", "high", "urgent"];
                let fits = self.priority.as_deref().is_none_or(|name| known.contains(&name));
                ensure!(fits, "the priority is low, medium, high or urgent");
            }
            Product::Freescout => {
                ensure!(!named, "give the mailbox's number, without quotes");
                ensure!(self.priority.is_none(), "FreeScout has no priorities: give a tag instead");
                let known = !numbered || by_user.is_some();
                ensure!(known, "a group needs `by-user`, the number of the user who moves tickets");
            }
            Product::Plain => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deskhand::Classifier;

    fn plan(names: &str, text: &str) -> Plan {
        let names = Names::over_defaults(names).unwrap();
        let choice = Choice::from(&Classifier::bundled().triage(text));
        names.of(Product::Zammad).unwrap().plan(choice)
    }

    #[test]
    fn a_line_of_ones_own_replaces_the_default_and_leaves_the_others() {
        let own = "[zammad]\ntechnical = { group = 'Hotline', tags = ['tech'] }";
        let plan =
            plan(own, "The app crashes whenever I open it since the update, error 0x80070005");
        assert_eq!(plan.group, Some(Group::Name("Hotline".into())));
        assert_eq!(plan.tags[0], "tech");
        assert!(plan.tags[1].starts_with("tier-"), "{plan:?}");
    }

    #[test]
    fn a_review_moves_nothing() {
        let own = "[zammad]\nservice = { group = 'Money', tags = ['s'] }\n\
                   technical = { group = 'Hotline', tags = ['t'] }";
        let expected =
            Plan { group: None, priority: None, tags: vec!["needs-a-look".into()], by_user: None };
        assert_eq!(plan(own, ""), expected);
    }

    #[test]
    fn a_third_tier_raises_the_priority() {
        let text = "Formal complaint. Third time the wrong invoice. If this is not settled by Friday \
                    my lawyer will write to you.";
        let plan = plan("", text);
        assert_eq!(plan.priority.as_deref(), Some("3 high"));
        assert_eq!(plan.tags, ["desk-service", "tier-3"]);
    }

    #[test]
    fn names_that_cannot_work_are_refused_with_the_remedy() {
        let cases = [
            ("[zammad]\nservice = { group = 7, tags = ['a'] }", "give the group's name"),
            ("[zammad]\nreview = { group = 'Triage' }", "`review` needs a tag"),
            ("[zammad]\nservice = { tags = [' '] }", "a tag is blank"),
            ("[chatwoot]\nservice = { group = 'Money', tags = ['a'] }", "the team's number"),
            ("[chatwoot]\ntier-3 = { priority = '3 high' }", "low, medium, high or urgent"),
            ("[freescout]\ntier-3 = { priority = 'high' }", "FreeScout has no priorities"),
            ("[freescout]\nservice = { group = 1, tags = ['a'] }", "needs `by-user`"),
            ("[zammad]\nservices = {}", "unknown field `services`"),
            ("[zendesk]\nservice = {}", "unknown field `zendesk`"),
            ("[policy]\nmin_probability = 2.0", "min_probability"),
            ("[zammad", "TOML"),
        ];
        for (text, expected) in cases {
            let error = format!("{:#}", Names::over_defaults(text).expect_err(text));
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_tag_in_other_capitals_is_the_same_tag() {
        let plan = plan("", "");
        assert!(plan.missing(&["Needs-A-Look"]).is_empty());
        assert_eq!(plan.missing(&["vip"]), ["needs-a-look"]);
    }
}
