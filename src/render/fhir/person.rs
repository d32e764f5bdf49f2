//! Who it is about, whom nothing names, and what it was written with.

use super::element::{Element, words};
use super::{Scribe, urn};

/// The person: an id that stays the same for a store, and nothing else.
pub(super) fn patient(scribe: &Scribe<'_>) -> Element {
    let id = (scribe.ids)(&format!("fhir patient {}", scribe.dossier.person));
    let identifier = Element::default().with("system", "urn:ietf:rfc:3986").with("value", urn(&id));
    Element::resource("Patient", &id).with("identifier", vec![identifier])
}

/// The id of a device that entries were written on.
pub(super) fn device_id(scribe: &Scribe<'_>, device: &str) -> String {
    (scribe.ids)(&format!("fhir device {} {device}", scribe.dossier.person))
}

/// The devices that the entries were written on.
pub(super) fn devices(scribe: &Scribe<'_>) -> Vec<Element> {
    let device = |name: &String| {
        let identifier = Element::default().with("system", "urn:sinew:device").with("value", name.as_str());
        Element::resource("Device", &device_id(scribe, name))
            .with("identifier", vec![identifier])
            .with("type", words("computer with sinew on it"))
            .with("patient", scribe.patient())
    };
    scribe.dossier.named.devices.iter().map(device).collect()
}
