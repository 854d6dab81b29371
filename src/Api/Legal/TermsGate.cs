using System.Collections.Concurrent;
using Webrana.Api.Accounts;
using Webrana.Api.Problems;
using Webrana.Data.Legal;
using Webrana.Domain.Legal;

namespace Webrana.Api.Legal;

/// <summary>
/// Whether a person has accepted what binds. A yes is never taken back, so it is remembered for the versions it was given to; a no is asked
/// again every time.
/// </summary>
public sealed class Acceptances(LegalRows rows, LegalLibrary library)
{
    private const int MostRemembered = 50_000;

    private readonly ConcurrentDictionary<Guid, string> _upToDate = new();

    /// <summary>True once everything that binds now was accepted.</summary>
    public async Task<bool> AreCompleteAsync(Guid user, CancellationToken cancellation)
    {
        var inForce = await library.InForceAsync();
        var signature = string.Join(',', inForce.Select(version => version.Version));
        if (_upToDate.TryGetValue(user, out var known) && known == signature)
            return true;
        if (LegalRules.Missing(inForce, [.. await rows.AcceptedAsync(user, cancellation)], library.Now).Count > 0)
            return false;
        if (_upToDate.Count >= MostRemembered)
            _upToDate.Clear();
        _upToDate[user] = signature;
        return true;
    }
}

/// <summary>Nothing is bought or paid in before the documents that bind are accepted.</summary>
internal sealed class TermsGate(Acceptances acceptances) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return await acceptances.AreCompleteAsync(http.User.GetUserId().Value, http.RequestAborted)
            ? await next(context)
            : Refusal.Of(ProblemKinds.TermsNotAccepted);
    }
}

/// <summary>Declares <see cref="TermsGate"/>.</summary>
internal static class TermsGateDeclaration
{
    /// <summary>Only for whoever has accepted what binds; its document has to name <see cref="ProblemKinds.TermsNotAccepted"/>.</summary>
    public static RouteHandlerBuilder AfterTerms(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter<TermsGate>();
}
