import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { ServerPort } from "./serverPod.ts";

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface PerimeterArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
  /** Whether there are private endpoints of the stack's own to reach. */
  readonly endpoints: boolean;
  /** Whether lobby and API are reached from the internet; otherwise from inside the network only. */
  readonly publicDoor: boolean;
  /** Node ports behind the front door (TCP). */
  readonly doorTargets: PortRange;
  readonly connection: DirectConnection | RelayConnection | AcceleratorConnection;
}

export interface DirectConnection {
  readonly mode: "direct";
  readonly sessionPorts: PortRange;
  readonly protocols: readonly ServerPort["protocol"][];
}

/** Players' own addresses arrive at the session servers: the accelerator keeps them. */
export interface AcceleratorConnection {
  readonly mode: "accelerator";
  readonly gamePorts: readonly ServerPort[];
  /** Who may play; the network itself when empty. */
  readonly playerCidrs: readonly string[];
}

export interface RelayConnection {
  readonly mode: "relay";
  /** Ports of the relay's front door; `nodePort` is where the relay itself is reached. */
  readonly gamePorts: readonly (ServerPort & { readonly nodePort: number })[];
  readonly healthTarget: number;
  /** Who may reach the relay; the network itself when empty. */
  readonly playerCidrs: readonly string[];
}

type Peer = { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: pulumi.Input<string> };

interface Opening {
  readonly group: SecurityGroup;
  readonly protocol: "tcp" | "udp";
  readonly ports: PortRange;
  readonly peer: Peer;
  readonly description: string;
}

const world: Peer = { cidrIpv4: "0.0.0.0/0" };
const inLowerCase = (protocol: ServerPort["protocol"]): "tcp" | "udp" => (protocol === "UDP" ? "udp" : "tcp");
/** Rules of a port called `game` bear no name of it: it was the only one once, and names are identity. */
const suffixOf = ({ name }: ServerPort) => name.replace(/^game/, "");
const one = (port: number): PortRange => ({ from: port, to: port });

/**
 * The security groups and everything that may cross them. No group has a way out unless it stands here; nodes reach one another and
 * the internet by the cluster's own group, which they carry beside these.
 */
export class Perimeter extends pulumi.ComponentResource {
  readonly doorGroupId: pulumi.Output<string>;
  readonly serviceNodeGroupId: pulumi.Output<string>;
  readonly sessionNodeGroupId: pulumi.Output<string>;
  /** Only where the network is the stack's own: a shared one has its endpoints already. */
  readonly endpointGroupId: pulumi.Output<string> | undefined;
  /** Only where sessions are reached through a relay. */
  readonly relayGroupId: pulumi.Output<string> | undefined;
  readonly #name: string;
  readonly #args: PerimeterArgs;

  constructor(name: string, args: PerimeterArgs, place: ComponentPlace) {
    super(componentType(args.context.blueprint, "Perimeter"), name, {}, place);
    this.#name = name;
    this.#args = args;
    const door = this.#group("door", "Front door of lobby and API");
    const serviceNodes = this.#group("service-nodes", "Nodes of lobby, relay and the cluster itself");
    const sessionNodes = this.#group("session-nodes", "Nodes of session servers");

    const inside: Peer = { cidrIpv4: args.vpcCidr };
    const callers = args.publicDoor ? world : inside;
    const openDoor = (rule: string, port: number, description: string) =>
      this.#admit(rule, { group: door, protocol: "tcp", ports: one(port), peer: callers, description });
    if (args.publicDoor) openDoor("door-https", 443, "Players to lobby and API");
    openDoor("door-http", 80, args.publicDoor ? "Only to be sent on to HTTPS" : "The network to lobby and API");
    this.#connect("door-to-nodes", door, serviceNodes, { protocol: "tcp", ports: args.doorTargets });
    if (args.endpoints) {
      const endpoints = this.#group("endpoints", "Private endpoints of services of the cloud");
      this.#admit("endpoints-https", {
        group: endpoints,
        protocol: "tcp",
        ports: one(443),
        peer: inside,
        description: "The network to the services of the cloud",
      });
      this.endpointGroupId = endpoints.id;
    }

    const { connection } = args;
    if (connection.mode === "direct") {
      for (const protocol of connection.protocols.map(inLowerCase)) {
        this.#admit(`session-${protocol}`, {
          group: sessionNodes,
          protocol,
          ports: connection.sessionPorts,
          peer: world,
          description: "Players to session servers",
        });
      }
    } else {
      const named: readonly Peer[] = connection.playerCidrs.map((cidrIpv4) => ({ cidrIpv4 }));
      const players = named.length > 0 ? named : [inside];
      if (connection.mode === "accelerator") {
        this.#admitPlayers("session", sessionNodes, connection.gamePorts, players);
      } else {
        const relay = this.#group("relay", "Front door of session servers");
        this.#admitPlayers("relay", relay, connection.gamePorts, players);
        for (const port of connection.gamePorts) {
          const way = { protocol: inLowerCase(port.protocol), ports: one(port.nodePort) };
          this.#connect(`relay${suffixOf(port)}-to-nodes`, relay, serviceNodes, way);
        }
        this.#connect("relay-health", relay, serviceNodes, { protocol: "tcp", ports: one(connection.healthTarget) });
        this.relayGroupId = relay.id;
      }
    }
    this.doorGroupId = door.id;
    this.serviceNodeGroupId = serviceNodes.id;
    this.sessionNodeGroupId = sessionNodes.id;
    this.registerOutputs({});
  }

  #group(role: string, description: string): SecurityGroup {
    const { context, vpcId } = this.#args;
    const name = `${this.#name}-${role}`;
    return new SecurityGroup(
      name,
      { name: context.name("other", role), description, vpcId, tags: context.tags(name) },
      { parent: this },
    );
  }

  #admitPlayers(
    what: "relay" | "session",
    group: SecurityGroup,
    ports: readonly ServerPort[],
    players: readonly Peer[],
  ) {
    const description = what === "relay" ? "Players to the relay" : "Players to session servers";
    for (const port of ports) {
      for (const [index, peer] of players.entries()) {
        this.#admit(`${what}${suffixOf(port)}-players-${index + 1}`, {
          group,
          protocol: inLowerCase(port.protocol),
          ports: one(port.number),
          peer,
          description,
        });
      }
    }
  }

  #admit(rule: string, { group, protocol, ports, peer, description }: Opening): void {
    const name = `${this.#name}-${rule}`;
    const range = { ipProtocol: protocol, fromPort: ports.from, toPort: ports.to };
    new SecurityGroupIngressRule(
      name,
      { securityGroupId: group.id, ...range, ...peer, description, tags: this.#args.context.tags(name) },
      { parent: this },
    );
  }

  /** One way from a load balancer to the nodes behind it: out of the one group, into the other. */
  #connect(rule: string, from: SecurityGroup, to: SecurityGroup, way: Pick<Opening, "protocol" | "ports">): void {
    const name = `${this.#name}-${rule}`;
    const description = "Load balancer to nodes";
    this.#admit(rule, { group: to, ...way, peer: { referencedSecurityGroupId: from.id }, description });
    new SecurityGroupEgressRule(
      name,
      {
        securityGroupId: from.id,
        referencedSecurityGroupId: to.id,
        ipProtocol: way.protocol,
        fromPort: way.ports.from,
        toPort: way.ports.to,
        description,
        tags: this.#args.context.tags(name),
      },
      { parent: this },
    );
  }
}
