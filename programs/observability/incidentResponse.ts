import { Contact } from "@pulumi/aws/ssmcontacts/contact.js";
import { ContactChannel } from "@pulumi/aws/ssmcontacts/contactChannel.js";
import { Plan } from "@pulumi/aws/ssmcontacts/plan.js";
import { ReplicationSet } from "@pulumi/aws/ssmincidents/replicationSet.js";
import { ResponsePlan } from "@pulumi/aws/ssmincidents/responsePlan.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { ObservabilityInputs } from "./inputs.ts";

export interface IncidentResponseArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly response: NonNullable<ObservabilityInputs["incidentResponse"]>;
}

/** Minutes after which a channel is tried again. */
const retryMinutes = 1;

/** Who is asked when something is wrong, one after another until someone answers, and the incident that begins with it. */
export class IncidentResponse extends pulumi.ComponentResource {
  readonly planArn: pulumi.Output<string>;

  constructor(name: string, { context, keyArn, response }: IncidentResponseArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "IncidentResponse"), name, {}, place);
    const { region, stackSet } = context.placement;
    const kept =
      response.replicationSet === "existing"
        ? []
        : [
            new ReplicationSet(
              `${name}-kept`,
              { regions: [{ name: region, kmsKeyArn: keyArn }], tags: context.tags(`${name}-kept`) },
              { parent: this },
            ),
          ];
    const afterKept = { parent: this, dependsOn: kept };
    const people = response.contacts.map(({ name: person, email }) => {
      const resource = `${name}-${person}`;
      const contact = new Contact(
        resource,
        { alias: context.name("other", person), displayName: person, type: "PERSONAL", tags: context.tags(resource) },
        afterKept,
      );
      const channel = new ContactChannel(
        resource,
        { contactId: contact.arn, name: `${person} e-mail`, type: "EMAIL", deliveryAddress: { simpleAddress: email } },
        { parent: this },
      );
      new Plan(
        resource,
        {
          contactId: contact.arn,
          stages: [
            {
              durationInMinutes: response.escalateAfterMinutes,
              targets: [{ channelTargetInfo: { contactChannelId: channel.arn, retryIntervalInMinutes: retryMinutes } }],
            },
          ],
        },
        { parent: this },
      );
      return contact;
    });
    const escalation = new Contact(
      `${name}-escalation`,
      {
        alias: context.name("other", "escalation"),
        displayName: `Escalation of ${stackSet}`,
        type: "ESCALATION",
        tags: context.tags(`${name}-escalation`),
      },
      afterKept,
    );
    new Plan(
      `${name}-escalation`,
      {
        contactId: escalation.arn,
        stages: people.map((person) => ({
          durationInMinutes: response.escalateAfterMinutes,
          targets: [{ contactTargetInfo: { contactId: person.arn, isEssential: false } }],
        })),
      },
      { parent: this },
    );
    const plan = new ResponsePlan(
      `${name}-plan`,
      {
        name: context.name("other", "respond"),
        displayName: `${stackSet} in ${region}`,
        incidentTemplate: { title: `${stackSet} in ${region}: an objective is in danger`, impact: response.impact },
        engagements: [escalation.arn],
        tags: context.tags(`${name}-plan`),
      },
      afterKept,
    );
    this.planArn = plan.arn;
    this.registerOutputs({ planArn: this.planArn });
  }
}
