using Webrana.WalletBench.Targets;

namespace Webrana.WalletBench.Contenders;

/// <summary>
/// Orleans as its documentation writes it: a grain that takes one turn at a time and writes its state in each. It keeps no ledger and knows no
/// operation ids, so it does less than anybody else here: by what it is slower, it is slower at least.
/// </summary>
internal sealed class DocumentedOrleans(IGrainFactory grains) : IContender
{
    /// <summary>Its debits are in no ledger: they are not counted there.</summary>
    public const string Contender = "orleans-docs";

    public string Name => Contender;

    public async Task<DebitResult> DebitAsync(Guid wallet, string operationId, long amountIdr) =>
        new(DebitOutcome.Done, await grains.GetGrain<IDocsAccount>($"docs:{wallet:D}").Withdraw(amountIdr));
}
