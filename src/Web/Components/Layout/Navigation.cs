using MudBlazor;

namespace Webrana.Web.Components.Layout;

/// <summary>One entry of the panel's navigation.</summary>
/// <param name="Href">Where it leads.</param>
/// <param name="Text">Key of its name.</param>
/// <param name="Icon">An SVG path.</param>
/// <param name="Keys">The two letters that lead there; null for none.</param>
sealed record NavigationItem(string Href, string Text, string Icon, string? Keys = null);

/// <summary>What the panel's navigation holds: only what works.</summary>
static class Navigation
{
    public static readonly NavigationItem[] Customer =
    [
        new("/servers", "Nav.Servers", Icons.Material.Outlined.Dns, "g s"),
        new("/wallet", "Nav.Wallet", Icons.Material.Outlined.AccountBalanceWallet, "g w"),
        new("/promos", "Nav.Promos", Icons.Material.Outlined.CardGiftcard, "g p"),
        new("/ssh-keys", "Nav.SshKeys", Icons.Material.Outlined.Key),
        new("/account", "Nav.Account", Icons.Material.Outlined.PersonOutline, "g a"),
    ];

    public static readonly NavigationItem[] Admin =
    [
        new("/admin/customers", "Nav.Customers", Icons.Material.Outlined.Group),
        new("/admin/wallets", "Nav.Wallets", Icons.Material.Outlined.AccountBalance),
        new("/admin/deposits", "Nav.Deposits", Icons.Material.Outlined.Payments),
        new("/admin/instances", "Nav.Instances", Icons.Material.Outlined.Storage),
        new("/admin/promos", "Nav.AdminPromos", Icons.Material.Outlined.Campaign),
        new("/admin/plans", "Nav.Plans", Icons.Material.Outlined.Sell),
        new("/admin/billing", "Nav.Billing", Icons.Material.Outlined.ReceiptLong),
        new("/admin/provider", "Nav.Provider", Icons.Material.Outlined.Cloud),
    ];
}
