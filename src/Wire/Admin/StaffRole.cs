using System.Text.Json.Serialization;

namespace Webrana.Wire.Admin;

/// <summary>What a person at the desk may do.</summary>
[JsonConverter(typeof(WireEnumConverter<StaffRole>))]
public enum StaffRole
{
    /// <summary>Everything.</summary>
    [JsonStringEnumMemberName("admin")] Admin,

    /// <summary>Money, and no servers.</summary>
    [JsonStringEnumMemberName("finance")] Finance,

    /// <summary>Reads and sends mails again, and moves no money.</summary>
    [JsonStringEnumMemberName("support")] Support,
}

/// <summary>
/// <c>POST /internal/users/{id}/roles</c> → <see cref="AdminUser"/>. The person is signed out, so that the change holds everywhere at once.
/// Refused: 404, 409 <c>own_account</c> (nobody changes their own roles), 422 <c>validation_failed</c>.
/// </summary>
/// <param name="Role">Which.</param>
/// <param name="Held">True gives it, false takes it; what is so already stays so.</param>
/// <param name="Reason">1 to 200 characters, for the audit log.</param>
public sealed record SetRoleRequest(StaffRole Role, bool Held, string Reason);
