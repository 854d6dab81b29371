namespace Webrana.Wire.Admin;

/// <summary>
/// <c>POST /internal/instances/{id}/suspend</c> → <see cref="AdminInstance"/>: powered off at once, consoles ended, nothing charged, and no money
/// brings it back. Undone by <c>POST /internal/instances/{id}/unsuspend</c> with a <see cref="DeskActRequest"/>. Refused: 404, 409
/// <c>invalid_state</c> (suspended so already, or nothing to suspend), 422 <c>validation_failed</c>.
/// </summary>
/// <param name="Reason">1 to 200 characters, for the audit log; the customer never reads it.</param>
/// <param name="Message">What the customer reads, 1 to 200 characters; without it that the terms of service were broken.</param>
public sealed record BlockServerRequest(string Reason, string? Message = null);
