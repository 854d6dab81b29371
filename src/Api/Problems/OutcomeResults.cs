using Microsoft.AspNetCore.Http.HttpResults;
using Webrana.Contracts;

namespace Webrana.Api.Problems;

/// <summary>A grain's outcome → an endpoint's typed result.</summary>
public static class OutcomeResults
{
    /// <summary>200 with the mapped value, or the refusal.</summary>
    public static Results<Ok<TWire>, Refusal> ToOk<T, TError, TWire>(this Result<T, TError> outcome, Func<T, TWire> map)
        where T : notnull
        where TError : struct, Enum => outcome.TryGet(out var value) ? TypedResults.Ok(map(value)) : Refusal.From(outcome);

    /// <summary>201 with the mapped value and where to read it again, or the refusal.</summary>
    public static Results<Created<TWire>, Refusal> ToCreated<T, TError, TWire>(
        this Result<T, TError> outcome, Func<T, string> location, Func<T, TWire> map)
        where T : notnull
        where TError : struct, Enum =>
        outcome.TryGet(out var value) ? TypedResults.Created(location(value), map(value)) : Refusal.From(outcome);

    /// <summary>202 with the mapped value and where to look, or the refusal.</summary>
    public static Results<Accepted<TWire>, Refusal> ToAccepted<T, TError, TWire>(
        this Result<T, TError> outcome, Func<T, string> location, Func<T, TWire> map)
        where T : notnull
        where TError : struct, Enum =>
        outcome.TryGet(out var value) ? TypedResults.Accepted(location(value), map(value)) : Refusal.From(outcome);
}
