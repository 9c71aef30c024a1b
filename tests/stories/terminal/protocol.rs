//! The machine-readable description says what is really said (docs/terminal-protocol.asyncapi.json).

use testkit::prelude::*;
use testkit::terminal::{ASSISTED, GOOD_CARD};

fn description() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/terminal-protocol.asyncapi.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The messages of one side: name and payload.
fn messages(description: &Value, side: &str) -> Vec<(String, Value)> {
    let all = description["components"]["messages"].as_object().unwrap();
    let of_side = all.iter().filter(|(key, _)| key.starts_with(side));
    of_side.map(|(_, it)| (it["name"].as_str().unwrap().to_owned(), it["payload"].clone())).collect()
}

/// Checks a value against the part of JSON Schema that the description uses.
fn check(description: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(path) = schema["$ref"].as_str() {
        let target = path.trim_start_matches('#').replace("~1", "/");
        return check(
            description,
            description.pointer(&target).expect("a reference leads somewhere"),
            value,
            place,
        );
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().try_for_each(|part| check(description, part, value, place));
    }
    if let Some(ways) = schema["oneOf"].as_array() {
        let fits = ways.iter().any(|way| check(description, way, value, place).is_ok());
        return if fits { Ok(()) } else { Err(format!("{place}: {value} fits nothing")) };
    }
    if schema["const"] != Value::Null && schema["const"] != *value {
        return Err(format!("{place}: {value} is not {}", schema["const"]));
    }
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.is_empty() && !kinds.contains(&kind) {
        return Err(format!("{place}: {value} is no {kinds:?}"));
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        return Err(format!("{place}: {value} is not among {values:?}"));
    }
    for item in value.as_array().into_iter().flatten() {
        check(description, &schema["items"], item, place)?;
    }
    let (Some(members), Some(known)) = (value.as_object(), schema["properties"].as_object()) else {
        return Ok(());
    };
    for required in schema["required"].as_array().into_iter().flatten() {
        let name = required.as_str().unwrap();
        if !members.contains_key(name) {
            return Err(format!("{place}.{name} is missing"));
        }
    }
    members.iter().try_for_each(|(name, value)| {
        let schema = known.get(name).ok_or_else(|| format!("{place}.{name} is not described"))?;
        check(description, schema, value, &format!("{place}.{name}"))
    })
}

#[tokio::test]
async fn everything_a_device_is_told_is_described() {
    let till = Till::sandbox().await;
    let counter = till.counter(ASSISTED);
    let mut device = till.device(ASSISTED).await;
    let mut heard = vec![device.welcome.clone(), device.told("queue").await];
    heard.push(Device::try_connect(till.address(), &Hello::new(ASSISTED)).await.unwrap_err());
    heard.push(device.ask(&json!({ "type": "ping" }), "pong").await);
    let sale = counter.made(&json!({ "amount": 60_000, "ask_tip": true, "reference": "R1" })).await;
    let task = device.told("task").await;
    let tap = Device::card(&task, 1, "contactless", GOOD_CARD, None);
    heard.push(device.ask(&tap, "authorised").await);
    let mut typed = Device::card(&task, 2, "chip", GOOD_CARD, Some("1234"));
    typed["tip_minor"] = json!(1_000);
    heard.push(device.ask(&typed, "authorised").await);
    heard.push(device.ask(&Device::complete(&task, "approved"), "done").await);
    heard.push(task);
    counter.made(&json!({ "kind": "refund", "amount": 100, "queue": true })).await;
    heard.push(device.told("queue").await);
    counter.made(&json!({ "kind": "void", "payment": sale })).await;
    let task = device.told("task").await;
    heard.push(device.ask(&Device::about(&task, "accept"), "done").await);
    heard.push(task);
    heard.push(device.ask(&json!({ "type": "receipt", "request": "request-1" }), "receipt").await);
    heard.push(device.ask(&json!({ "type": "totals", "request": "request-2" }), "totals").await);
    counter.made(&json!({ "kind": "close_batch" })).await;
    let task = device.told("task").await;
    heard.push(device.ask(&Device::about(&task, "accept"), "done").await);
    device.say(&json!({ "type": "release", "task": sale, "attempt": 1 })).await;
    while heard.last().unwrap()["type"] != "error" {
        heard.push(device.hear().await.unwrap());
    }
    Device::connect(till.address(), &Hello::new(ASSISTED).taking_over()).await;
    heard.push(device.told("replaced").await);

    let description = description();
    let described = messages(&description, "Server");
    for told in &heard {
        let kind = told["type"].as_str().unwrap();
        let schema = described.iter().find(|(name, _)| name == kind).map(|(_, schema)| schema);
        let schema = schema.unwrap_or_else(|| panic!("{kind} is not described"));
        check(&description, schema, told, kind).unwrap();
    }
    for (name, _) in described {
        assert!(heard.iter().any(|told| told["type"] == name.as_str()), "{name} was never told");
    }
}

#[tokio::test]
async fn everything_a_device_may_say_is_understood() {
    let till = Till::sandbox().await;
    let description = description();
    for (name, schema) in messages(&description, "Device") {
        let mut device = till.device(ASSISTED).await;
        device.say(&json!({ "type": name })).await;
        let told = loop {
            let told = device.hear().await.unwrap();
            if matches!(told["type"].as_str(), Some("error" | "pong")) {
                break told;
            }
            // `status` needs nothing and is not answered: the next message is.
            if name == "status" {
                device.say(&json!({ "type": "ping" })).await;
            }
        };
        assert_ne!(told["message"], "type is not known", "{name}");
        let needs_more = schema["required"].as_array().unwrap().len() > 1;
        assert_eq!(told["type"] == "error", needs_more, "{name}: {told}");
        device.leave().await;
    }
}
