// The function of the scripted flow, as IdentitySync calls it; flow.mjs calls the same.
function process(record, ctx, logger, next) {
    var profile = record.profile || {};
    var name = [profile.firstName, profile.lastName].filter(function (part) { return part; }).join(" ");
    record.mail = profile.email ? String(profile.email).trim().toLowerCase() : null;
    record.name = name;
    record.adult = profile.birthYear ? 2026 - Number(profile.birthYear) >= 18 : false;
    record.wants = Object.keys(record.subscriptions || {});
    delete record.password;
    return record;
}
