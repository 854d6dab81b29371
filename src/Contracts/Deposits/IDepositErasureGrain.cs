namespace Webrana.Contracts.Deposits;

/// <summary>What is left of a top-up when its owner is gone. The same grain as <see cref="IDepositGrain"/>, key <c>deposit:{depositId}</c>.</summary>
[Alias("deposit-erasure")]
public interface IDepositErasureGrain : IGrainWithStringKey
{
    /// <summary>Forgets who was to pay; what was paid and when stays. Safe to repeat.</summary>
    [Alias("forget")]
    Task Forget();
}
