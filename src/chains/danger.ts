// Well-known contract functions that hand over more than one payment, in words for the people who are asked.
import { toFunctionSelector } from 'viem/utils';

const WORDS_BY_SIGNATURE: Record<string, string> = {
  'function increaseAllowance(address,uint256)': 'raises how much another account may spend',
  'function increaseApproval(address,uint256)': 'raises how much another account may spend',
  'function permit(address,address,uint256,uint256,uint8,bytes32,bytes32)': 'lets another account spend, by signature',
  'function permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)':
    'lets another account spend any amount, by signature',
  // Permit2: https://docs.uniswap.org/contracts/permit2/overview
  'function approve(address,address,uint160,uint48)': 'lets another account spend through Permit2',
  'function setApprovalForAll(address,bool)': 'lets another account move every NFT of this collection',
  'function transferOwnership(address)': 'gives the contract to another owner',
  'function renounceOwnership()': 'leaves the contract without an owner',
  'function acceptOwnership()': 'takes over the ownership of a contract',
  'function beginDefaultAdminTransfer(address)': 'begins to give the contract to another administrator',
  'function acceptDefaultAdminTransfer()': 'takes over the administration of a contract',
  'function setOwner(address)': 'gives the contract to another owner',
  'function claimOwnership()': 'takes over the ownership of a contract',
  'function changeOwner(address)': 'gives the contract to another owner',
  'function setAdmin(address)': 'changes who administers the contract',
  'function setAuthority(address)': 'changes who decides what the contract may do',
  'function grantRole(bytes32,address)': 'gives a role in the contract to another account',
  'function revokeRole(bytes32,address)': 'takes a role in the contract from an account',
  'function renounceRole(bytes32,address)': 'gives up a role in the contract',
  'function upgradeTo(address)': 'replaces the code of the contract',
  'function upgradeToAndCall(address,bytes)': 'replaces the code of the contract and runs it',
  'function upgrade(address,address)': 'replaces the code of another contract',
  'function upgradeAndCall(address,address,bytes)': 'replaces the code of another contract and runs it',
  'function setImplementation(address)': 'replaces the code of the contract',
  'function diamondCut((address,uint8,bytes4[])[],address,bytes)': 'replaces parts of the code of the contract',
  'function changeAdmin(address)': 'changes who may replace the code of the contract',
  'function changeProxyAdmin(address,address)': 'changes who may replace the code of another contract',
  'function execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)':
    'runs a Safe transaction, which may be a delegatecall',
  'function execTransactionFromModule(address,uint256,bytes,uint8)':
    'runs a transaction as a module of a Safe, which may be a delegatecall',
  'function multiSend(bytes)': 'runs several calls at once, which may be delegatecalls',
  'function addOwnerWithThreshold(address,uint256)': 'adds an owner to a Safe',
  'function removeOwner(address,address,uint256)': 'removes an owner from a Safe',
  'function swapOwner(address,address,address)': 'swaps an owner of a Safe',
  'function changeThreshold(uint256)': 'changes how many owners of a Safe must sign',
  'function enableModule(address)': 'lets a module move the funds of a Safe without its owners',
  'function disableModule(address,address)': 'removes a module from a Safe',
  'function setGuard(address)': 'changes the guard of a Safe',
  'function setFallbackHandler(address)': 'changes the fallback handler of a Safe',
  'function delegatecall(address,bytes)': 'runs foreign code as its own (delegatecall)',
  'function functionDelegateCall(address,bytes)': 'runs foreign code as its own (delegatecall)',
  'function multicall(bytes[])': 'runs several calls at once',
  'function multicall(uint256,bytes[])': 'runs several calls at once',
  'function multicall(bytes32,bytes[])': 'runs several calls at once',
  'function aggregate((address,bytes)[])': 'runs several calls at once',
  'function tryAggregate(bool,(address,bytes)[])': 'runs several calls at once',
  'function aggregate3((address,bool,bytes)[])': 'runs several calls at once',
  'function aggregate3Value((address,bool,uint256,bytes)[])': 'runs several calls at once',
  'function executeBatch(address[],bytes[])': 'makes the contract run other calls',
  'function executeBatch(address[],uint256[],bytes[])': 'makes the contract run other calls',
  'function executeBatch((address,uint256,bytes)[])': 'makes the contract run other calls',
  'function execute(bytes32,bytes)': 'makes the contract run other calls, which may be delegatecalls',
  'function execute(address,uint256,bytes)': 'makes the contract run another call',
};

const WORDS_BY_SELECTOR: ReadonlyMap<string, string> = new Map(
  Object.entries(WORDS_BY_SIGNATURE).map(([signature, words]) => [toFunctionSelector(signature), words]),
);

/** Null means "not well known", never "harmless". The selector is lower-case hexadecimal. */
export function dangerOf(selector: string): string | null {
  return WORDS_BY_SELECTOR.get(selector) ?? null;
}
