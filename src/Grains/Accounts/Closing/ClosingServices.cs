using Microsoft.Extensions.Options;
using Webrana.Data.Accounts;
using Webrana.Data.Audit;
using Webrana.Data.Shop;
using Webrana.Data.States;

namespace Webrana.Grains.Accounts;

/// <summary>What closing an account works with.</summary>
public sealed record ClosingServices(
    ClosingRows Rows, ShopState Shop, StateQueries States, AuditChain Audit, IOptions<ClosingOptions> Options);
