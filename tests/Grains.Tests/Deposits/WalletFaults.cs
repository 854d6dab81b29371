using System.Collections.Concurrent;
using Orleans.Runtime;
using Webrana.Contracts;
using Webrana.Contracts.Wallets;

namespace Webrana.Grains.Tests.Deposits;

/// <summary>Loses the answer of a wallet's credit after it was made: the caller hears that the outcome is unknown.</summary>
public sealed class WalletFaults : IIncomingGrainCallFilter
{
    static readonly ConcurrentDictionary<string, int> Losing = new();

    /// <summary>The next answers to credits of this wallet are lost.</summary>
    public static void LoseAnswers(UserId owner, int count) => Losing[GrainKeys.Wallet(owner)] = count;

    /// <summary>How many of them are still to be lost.</summary>
    public static int Left(UserId owner) => Losing.GetValueOrDefault(GrainKeys.Wallet(owner));

    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.Grain is not IWalletGrain || context.MethodName != nameof(IWalletGrain.Credit)) return;
        var key = context.TargetId.Key.ToString()!;
        if (Losing.TryGetValue(key, out var left) && left > 0 && Losing.TryUpdate(key, left - 1, left))
            context.Result = Result<PostingReceipt, WalletError>.Refused(WalletError.OutcomeUnknown);
    }
}
