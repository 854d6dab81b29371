using System.Diagnostics.CodeAnalysis;

namespace Webrana.Client;

/// <summary>The outcome of one call: a value, or a failure that says what is known. Calls do not throw for anything the network or the API does.</summary>
/// <typeparam name="T">What the call answers.</typeparam>
public sealed record ApiResult<T>
{
    ApiResult(T? value, ApiFailure? failure) => (Value, Failure) = (value, failure);

    /// <summary>The answer; set exactly when <see cref="Failure"/> is null.</summary>
    public T? Value { get; }

    /// <summary>Why there is no answer.</summary>
    public ApiFailure? Failure { get; }

    /// <summary>Whether the API did what was asked.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsOk => Failure is null;

    /// <summary>An answer.</summary>
    public static implicit operator ApiResult<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator ApiResult<T>(ApiFailure failure) => new(default, failure);
}

/// <summary>The value of a call that answers without a body.</summary>
public readonly record struct Nothing;
