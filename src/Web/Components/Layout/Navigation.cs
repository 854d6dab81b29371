using MudBlazor;
using Webrana.Wire.Accounts;

namespace Webrana.Web.Components.Layout;

/// <summary>One entry of the panel's navigation.</summary>
/// <param name="Href">Where it leads.</param>
/// <param name="Text">Key of its name.</param>
/// <param name="Icon">An SVG path.</param>
/// <param name="Keys">The two letters that lead there; null for none.</param>
/// <param name="Roles">Whom it is for, comma-separated; null for every customer.</param>
/// <param name="OnPhone">Whether the narrow bar of phones has it too; what it leaves out is reached from the top or another page.</param>
public sealed record NavigationItem(string Href, string Text, string Icon, string? Keys = null, string? Roles = null, bool OnPhone = true);

/// <summary>What the panel's navigation holds: only what works.</summary>
static class Navigation
{
    public static readonly NavigationItem[] Customer =
    [
        new("/servers", "Nav.Servers", Icons.Material.Outlined.Dns, "g s"),
        new("/wallet", "Nav.Wallet", Icons.Material.Outlined.AccountBalanceWallet, "g w"),
        new("/promos", "Nav.Promos", Icons.Material.Outlined.CardGiftcard, "g p"),
        new("/ssh-keys", "Nav.SshKeys", Icons.Material.Outlined.Key),
        new("/notifications", "Nav.Notifications", Icons.Material.Outlined.Notifications, "g n", OnPhone: false),
        new("/account", "Nav.Account", Icons.Material.Outlined.PersonOutline, "g a"),
    ];

    /// <summary>The desk's; each only for those whose role includes it.</summary>
    public static readonly NavigationItem[] Admin =
    [
        new("/admin", "Nav.Dashboard", Icons.Material.Outlined.Speed, Roles: Roles.Staff),
        new("/admin/search", "Nav.Search", Icons.Material.Outlined.Search, Roles: Roles.Staff),
        new("/admin/customers", "Nav.Customers", Icons.Material.Outlined.Group, Roles: Roles.Staff),
        new("/admin/wallets", "Nav.Wallets", Icons.Material.Outlined.AccountBalance, Roles: Roles.Staff),
        new("/admin/deposits", "Nav.Deposits", Icons.Material.Outlined.Payments, Roles: Roles.Staff),
        new("/admin/payments", "Nav.Payments", Icons.Material.Outlined.Rule, Roles: Roles.MoneyDesk),
        new("/admin/money-requests", "Nav.Requests", Icons.Material.Outlined.HowToReg, Roles: Roles.MoneyDesk),
        new("/admin/reports", "Nav.Reports", Icons.Material.Outlined.Insights, Roles: Roles.MoneyDesk),
        new("/admin/instances", "Nav.Instances", Icons.Material.Outlined.Storage, Roles: Roles.CareDesk),
        new("/admin/orders", "Nav.StuckOrders", Icons.Material.Outlined.ReportProblem, Roles: Roles.CareDesk),
        new("/admin/promos", "Nav.AdminPromos", Icons.Material.Outlined.Campaign, Roles: Roles.Admin),
        new("/admin/promos/reviews", "Nav.Reviews", Icons.Material.Outlined.FactCheck, Roles: Roles.Finance),
        new("/admin/plans", "Nav.Plans", Icons.Material.Outlined.Sell, Roles: Roles.Admin),
        new("/admin/billing", "Nav.Billing", Icons.Material.Outlined.ReceiptLong, Roles: Roles.Admin),
        new("/admin/legal", "Legal.Title", Icons.Material.Outlined.Gavel, Roles: Roles.Admin),
        new("/admin/provider", "Nav.Provider", Icons.Material.Outlined.Cloud, Roles: Roles.Admin),
        new("/admin/switches", "Nav.Switches", Icons.Material.Outlined.PowerSettingsNew, Roles: Roles.Staff),
        new("/admin/audit", "Nav.Audit", Icons.Material.Outlined.History, Roles: Roles.Admin),
        new("/admin/staff", "Nav.Staff", Icons.Material.Outlined.Badge, Roles: Roles.Admin),
        new("/admin/outbox", "Nav.Outbox", Icons.Material.Outlined.Outbox, Roles: Roles.CareDesk),
    ];
}
