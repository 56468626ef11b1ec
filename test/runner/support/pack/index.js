import { PolicyPack } from "@pulumi/policy";

/** Refuses the thing of index 2, by the analyzer whose process number it names. */
new PolicyPack("test", {
  policies: [
    {
      name: "no-third-thing",
      description: "There must be no third thing.",
      enforcementLevel: "mandatory",
      validateResource: (args, report) => {
        if (args.type === "test:index:Thing" && args.props.index === 2) report(`a third thing, says ${process.pid}`);
      },
    },
  ],
});
