using Microsoft.AspNetCore.Components;
using Webrana.Client;
using Webrana.Wire;
using Webrana.Wire.Promos;

namespace Webrana.Web.Deposits;

/// <summary>The promo of the top-up that is being chosen: what applies by itself, or the code. What is shown is what the API says for exactly this amount, channel and code.</summary>
public sealed partial class TopUpPage
{
    string _promo = "";
    string? _applied;
    bool _checking;
    ApiFailure? _codeFailure;
    (ValidatePromoRequest Asked, PromoQuote Quote)? _quoted;

    [SupplyParameterFromQuery(Name = "code")] string? AskedCode { get; set; }

    ValidatePromoRequest? Question => _amount is { } amount ? new ValidatePromoRequest(amount, _code, _applied) : null;

    // An answer to an older question is not shown: between two digits no bonus is better than a wrong one.
    PromoQuote? CurrentQuote => _quoted is { } answer && answer.Asked == Question ? answer.Quote : null;

    long? Minimum => _codeFailure is { Code: ProblemCodes.PromoBelowMinimum, Problem: { } problem } ? problem.Number("minimum") : null;

    async Task QuoteAsync(CancellationToken cancellationToken)
    {
        if (Question is not { } question) return;
        var quoted = await Panel.Api.ValidatePromoAsync(question, cancellationToken);
        // Something else was asked meanwhile: an older answer must not take its place.
        if (question != Question) return;
        if (quoted.IsOk)
        {
            _quoted = (question, quoted.Value);
            // Without the code the answer says nothing about it: why it was refused stays until it is changed.
            if (question.Code is not null) _codeFailure = null;
            return;
        }

        if (Panel.LeaveIfSignedOut(quoted.Failure)) return;
        _quoted = null;
        // Without a code the quote is a service: the top-up goes on without it.
        if (question.Code is null || quoted.Failure.Kind != ApiFailureKind.Refused) return;
        _codeFailure = quoted.Failure;
        // Another amount or channel may make it apply; a code that never will is not asked about again with every digit.
        if (quoted.Failure.Code is not (ProblemCodes.PromoBelowMinimum or ProblemCodes.PromoWrongChannel)) _applied = null;
    }

    async Task ApplyAsync()
    {
        (_checking, _codeFailure, _applied) = (true, null, _promo.Trim());
        // Asked here and waited for: a read of the page that is under way would answer another question.
        await QuoteAsync(Leaving);
        _checking = false;
    }

    Task RemoveCodeAsync()
    {
        (_promo, _applied, _codeFailure) = ("", null, null);
        return ReloadAsync();
    }

    void TypedCode() => _codeFailure = null;
}
