using System.Globalization;
using Webrana.ProvisioningBench;

// provisioning: orders that many servers at once and reports when each was noticed to be ready, and what it cost at the provider.
if (args is not ["provisioning", .. var rest] || rest is not ([] or ["--quick"] or ["--droplets", _]))
{
    Console.Error.WriteLine("provisioning [--quick | --droplets N]");
    return 2;
}

var droplets = rest switch
{
    ["--quick"] => 150,
    ["--droplets", var number] => int.Parse(number, CultureInfo.InvariantCulture),
    _ => 1_000,
};
return await ProvisioningRun.RunAsync(droplets, Console.Out);
