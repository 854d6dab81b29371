using System.Diagnostics.CodeAnalysis;

namespace Webrana.Contracts;

/// <summary>
/// The expected outcome of an operation: a value, or one error of that operation's own closed enum. Exceptions are left for bugs and
/// infrastructure. The error's name in snake_case is its stable wire code (<c>InsufficientBalance</c> → <c>insufficient_balance</c>).
/// </summary>
[GenerateSerializer, Immutable, Alias("result`2")]
public sealed record Result<T, TError>
    where T : notnull
    where TError : struct, Enum
{
    private Result(T? value, TError? error, string? detail) => (Value, Error, Detail) = (value, error, detail);

    /// <summary>The value when the operation succeeded, else <c>default</c>.</summary>
    [Id(0)] public T? Value { get; private init; }

    /// <summary>Why the operation was refused, or null when it succeeded.</summary>
    [Id(1)] public TError? Error { get; private init; }

    /// <summary>One sentence about this refusal for a person or a log; never secret, never needed by code.</summary>
    [Id(2)] public string? Detail { get; private init; }

    /// <summary>True when there is a value.</summary>
    public bool IsOk => Error is null;

    /// <summary>A success carrying <paramref name="value"/>.</summary>
    public static Result<T, TError> Ok(T value) => new(value, null, null);

    /// <summary>A refusal with its reason and, where a person is helped by it, a sentence.</summary>
    public static Result<T, TError> Refused(TError error, string? detail = null) => new(default, error, detail);

    /// <summary>Takes the value out of a success; false for a refusal.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value)
    {
        value = Value;
        return IsOk;
    }

    /// <summary>Folds both outcomes into one value.</summary>
    public TResult Match<TResult>(Func<T, TResult> ok, Func<TError, string?, TResult> refused) =>
        IsOk ? ok(Value!) : refused(Error!.Value, Detail);

    public static implicit operator Result<T, TError>(T value) => Ok(value);

    public static implicit operator Result<T, TError>(TError error) => Refused(error);
}

/// <summary>The value of an operation that has nothing to say but "done".</summary>
[GenerateSerializer, Immutable, Alias("done")]
public sealed record Done
{
    /// <summary>The one instance worth having.</summary>
    public static readonly Done Instance = new();
}
