namespace Webrana.Sandbox.Launcher.Testing;

/// <summary>
/// Which failed tests are asked once more, alone, before the run is red (ADR 59). A test of processes, browsers and clocks on a busy
/// machine can fail by a race of its own. Whatever passes only then is shown as unsteady, with its first failure.
/// </summary>
sealed class SecondLook
{
    /// <summary>In a whole run. More that fail are no accident.</summary>
    internal const int Most = 3;

    // Where other processes, browsers and wall clocks take part. Pure rules, SQL and killed clusters answer for their first run.
    static readonly string[] Projects = ["Api.Tests", "Grains.Tests", "Sandbox.Tests", "Web.Tests", "EndToEnd.Tests"];

    // The rooms where money and servers are decided: a wait that ran out there may be the machine's, a wrong value is not.
    static readonly string[] OnlyWaits = ["Admin", "Billing", "Deposits", "Droplets", "Idempotency", "Limits", "Papers", "Promos", "Wallets", "Webhooks"];

    int _taken;

    /// <summary>Takes the failures of one project that may be looked at again: all of them, or none.</summary>
    internal IReadOnlyList<TestFailure> Take(string project, TestOutcome outcome)
    {
        var methods = outcome.Failures.DistinctBy(failure => failure.FullName).ToList();
        if (outcome.Problem.Length > 0 || outcome.Failures.Count != outcome.Failed || !Projects.Contains(project) || _taken + methods.Count > Most
            || outcome.Failures.Any(failure => failure.Method.Length == 0 || IsFound(failure) || (!IsWait(failure) && IsDecidedIn(failure))))
            return [];
        _taken += methods.Count;
        return methods;
    }

    static bool IsDecidedIn(TestFailure failure) =>
        !failure.Type.StartsWith("Webrana.Web.Tests.", StringComparison.Ordinal) && OnlyWaits.Any(room => failure.Type.Contains($".{room}.", StringComparison.Ordinal));

    static bool IsWait(TestFailure failure) => failure.Exception == typeof(TimeoutException).FullName;

    /// <summary>A counter-example that was searched for and found: another seed would only miss it.</summary>
    static bool IsFound(TestFailure failure) =>
        failure.Where.Contains("CsCheck.", StringComparison.Ordinal) || failure.Message.Contains("seed", StringComparison.OrdinalIgnoreCase);
}
