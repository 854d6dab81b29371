using System.Text.Json.Serialization;

namespace Webrana.Wire.Admin;

/// <summary>What was found.</summary>
[JsonConverter(typeof(WireEnumConverter<FoundKind>))]
public enum FoundKind
{
    [JsonStringEnumMemberName("CUSTOMER")] Customer,
    [JsonStringEnumMemberName("SERVER")] Server,
    [JsonStringEnumMemberName("DEPOSIT")] Deposit,
}

/// <summary>
/// One thing found by <c>GET /internal/search?q=</c>: an e-mail address or phone number (or its beginning), a name, an IP address of a server, of
/// a sign-in or of a script's last call, a server's name, an invoice number (<c>WBR-…</c>), the gateway's reference, a virtual account's number, a provider id.
/// </summary>
/// <param name="Kind">What.</param>
/// <param name="Id">Of the customer, server or deposit.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Email">Their address; null if the account is gone.</param>
/// <param name="Title">For people.</param>
/// <param name="Matched">The word it was found by.</param>
/// <param name="By"><c>EMAIL</c>, <c>PHONE</c>, <c>NAME</c>, <c>ID</c>, <c>IP</c>, <c>SIGN_IN_IP</c>, <c>TOKEN_IP</c>, <c>PROVIDER_ID</c>, <c>MERCHANT_REF</c>, <c>REFERENCE</c> or <c>VA</c>.</param>
public sealed record FoundItem(FoundKind Kind, string Id, string UserId, string? Email, string Title, string Matched, string By);

/// <summary>
/// One thing that happened: <c>GET /internal/users/{id}/timeline</c>, <c>/internal/instances/{id}/timeline?limit=&amp;cursor=</c>, newest first.
/// </summary>
/// <param name="At">When.</param>
/// <param name="Kind"><c>MONEY</c>, <c>DEPOSIT</c>, <c>ORDER</c>, <c>ACTION</c>, <c>SIGN_IN</c>, <c>ADMIN</c>, <c>REQUEST</c> or <c>NOTICE</c>.</param>
/// <param name="Id">Unique within its kind: of money the wallet and the number of its line there (<c>…-12</c>), of an action the server and the action.</param>
/// <param name="What">The word for it: an action's kind, an audit line's action, a reference type.</param>
/// <param name="Text">A sentence, where there is one.</param>
/// <param name="Amount">IDR, signed; null where no money is meant.</param>
/// <param name="Actor">Who; null where nobody did.</param>
/// <param name="Subject">The key of what it is about (<c>droplet:…</c>, <c>deposit:…</c>, <c>wallet:…</c>); null for the person.</param>
/// <param name="Why">What leads to its cause: an operation id, <c>audit:…</c>, an address, a reason.</param>
/// <param name="Status">How it stands or ended; null where that means nothing.</param>
public sealed record TimelineEntry(
    DateTimeOffset At, string Kind, string Id, string What, string? Text, long? Amount, string? Actor, string? Subject, string? Why, string? Status);
